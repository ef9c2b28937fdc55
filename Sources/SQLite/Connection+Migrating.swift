extension Connection {
    /// Applies the steps that the file has not seen yet, each in its own transaction.
    ///
    /// - Parameter migrations: All steps there are, in order.
    /// - Throws: `SchemaIsNewer`, or `SQLiteError` with the file as it was before the failing step.
    package func migrate(_ migrations: [Migration]) throws {
        let found = try version(atMost: migrations)
        for migration in migrations where migration.version > found {
            try transaction {
                try execute(migration.sql)
                try migration.then?(self)
                try execute("pragma user_version = \(migration.version)")
            }
        }
    }

    /// The file's schema version, if this program knows it.
    ///
    /// - Throws: `SchemaIsNewer`, or `SQLiteError`.
    @discardableResult
    package func version(atMost migrations: [Migration]) throws -> Int {
        let found = try userVersion()
        let known = migrations.last?.version ?? 0
        guard found <= known else { throw SchemaIsNewer(found: found, known: known) }
        return found
    }
}

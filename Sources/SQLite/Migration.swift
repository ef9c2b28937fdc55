/// One named step of a schema, applied once and never changed afterwards.
package struct Migration: Sendable {
    /// The schema's version after this step, counted from 1 without gaps.
    package let version: Int
    /// What the step adds, for error messages.
    package let name: String
    /// The statements.
    package let sql: String

    /// What SQL alone can't do; runs after the statements, in the same transaction.
    package let then: (@Sendable (Connection) throws -> Void)?

    package init(version: Int, name: String, sql: String, then: (@Sendable (Connection) throws -> Void)? = nil) {
        self.version = version
        self.name = name
        self.sql = sql
        self.then = then
    }
}

extension Connection {
    /// Applies the steps that the file lacks, each in its own transaction.
    ///
    /// - Parameter migrations: All steps, in order.
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

/// A newer version of the program wrote the file, which is left untouched.
package struct SchemaIsNewer: Error, Sendable, Hashable {
    /// The version found in the file.
    package let found: Int
    /// The newest version this program knows.
    package let known: Int
}

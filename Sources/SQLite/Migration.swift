/// One named step of a schema, applied once and never changed afterwards.
public struct Migration: Sendable {
    /// The schema's version after this step, counted from 1 without gaps.
    public let version: Int
    /// What the step brings, for error messages.
    public let name: String
    /// The statements.
    public let sql: String

    /// Makes a step.
    public init(version: Int, name: String, sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }
}

/// The file was written by a newer version of the program, and was left untouched.
public struct SchemaIsNewer: Error, Sendable, Hashable {
    /// The version found in the file.
    public let found: Int
    /// The newest version this program knows.
    public let known: Int
}

extension Connection {
    /// Applies the steps that the file has not seen yet, each in its own transaction.
    ///
    /// - Parameter migrations: All steps there are, in order.
    /// - Throws: `SchemaIsNewer`, or `SQLiteError` with the file as it was before the failing step.
    public func migrate(_ migrations: [Migration]) throws {
        let found = try version(atMost: migrations)
        for migration in migrations where migration.version > found {
            try transaction {
                try execute(migration.sql)
                try execute("pragma user_version = \(migration.version)")
            }
        }
    }

    /// The file's schema version, if this program knows it.
    ///
    /// - Throws: `SchemaIsNewer`, or `SQLiteError`.
    @discardableResult
    public func version(atMost migrations: [Migration]) throws -> Int {
        let found = try userVersion()
        let known = migrations.last?.version ?? 0
        guard found <= known else { throw SchemaIsNewer(found: found, known: known) }
        return found
    }
}

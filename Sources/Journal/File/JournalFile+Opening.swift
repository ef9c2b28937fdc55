import SQLite

extension JournalFile {
    /// The log is cut back to this after it was longer, for example after a large spreadsheet was taken.
    static let logLimit = 16 * 1024 * 1024

    /// Opens the database for the one writer, with the settings that the journal's rules rest on.
    static func openForWriting(_ path: String, vfs: String?) throws -> Connection {
        let connection = try Connection(path: path, vfs: vfs)
        connection.setBusyTimeout(milliseconds: 5_000)
        try connection.execute(
            """
            pragma synchronous = full;
            pragma foreign_keys = on;
            pragma trusted_schema = off;
            pragma temp_store = memory;
            pragma journal_size_limit = \(logLimit);
            """
        )
        // Another program's file, or a newer Usher's, must not be changed at all; the next step would.
        _ = try isEmpty(connection)
        let mode = try connection.statement("pragma journal_mode = wal").first { row throws(SQLiteError) in
            row.string(0)
        }
        guard mode == "wal" else {
            throw JournalError.unusable(
                path: path,
                reason: "its file system can't do what a journal needs (WAL). Put it on a local disk with --journal."
            )
        }
        try connection.migrate(Schema.migrations)
        return connection
    }

    /// Opens the database for looking only.
    static func openForReading(_ path: String) throws -> Connection {
        try checkKind(of: path)
        try checkNames(of: path)
        do {
            return try openForReading(path, as: .readOnly)
        } catch let error as SQLiteError where error.code == .needsRollback {
            // A journal has a write-ahead log from its first moment on, so this one was not even made when its run was
            // killed. The next run makes it.
            throw JournalError.missing(path: path)
        } catch let error as SQLiteError
            where [.cannotOpen, .readOnly].contains(error.code.primary) && isInReadOnlyDirectory(path)
        {
            // A database with a log wants files beside it. Where none can be made, none of this user's runs can write
            // either, and the file alone is enough unless a log was left.
            guard size(of: path + "-wal") == 0 else {
                throw JournalError.unusable(
                    path: path,
                    reason: """
                        its latest changes are in \(path)-wal, and reading them needs a directory that this user may write \
                        to. Copy both files into one.
                        """
                )
            }
            return try openForReading(path, as: .immutable)
        }
    }

    private static func openForReading(_ path: String, as access: Connection.Access) throws -> Connection {
        let connection = try Connection(path: path, access: access)
        connection.setBusyTimeout(milliseconds: 5_000)
        try connection.execute("pragma trusted_schema = off; pragma temp_store = memory;")
        // A run that was killed before it had made its tables left nothing to read.
        guard try !isEmpty(connection) else { throw JournalError.missing(path: path) }
        return connection
    }

    /// Whether there is nothing in the database yet.
    ///
    /// - Throws: `SchemaIsNewer`, `JournalError` where it is another program's, or `SQLiteError`.
    private static func isEmpty(_ connection: Connection) throws -> Bool {
        let version = try connection.version(atMost: Schema.migrations)
        var tables: Set<String> = []
        try connection.statement("select name from sqlite_master where type = 'table'")
            .forEach { row in tables.insert(row.string(0)) }
        let isEmpty = version == 0 && tables.isEmpty
        guard isEmpty || version > 0 && tables.isSuperset(of: ["job", "batch", "decision"]) else {
            throw JournalError.unusable(
                path: connection.path,
                reason: "it is another program's database. It was left untouched; name another file with --journal."
            )
        }
        return isEmpty
    }
}

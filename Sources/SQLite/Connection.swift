import CSQLite

/// One connection to an SQLite database file.
///
/// Not safe to share between threads: its owner, an actor, serializes all use.
package final class Connection {
    /// How to open a file.
    package enum Access: Sendable {
        /// Never changes the file.
        case readOnly
        /// Assumes that the file never changes, and so needs neither locks nor files beside it.
        case immutable
        /// Changes the file, and creates it if it is missing.
        case readWrite
    }

    /// The file as named when opened.
    package let path: String
    let database: Database
    private var statements: [String: Statement] = [:]

    /// Opens a database file.
    ///
    /// - Parameters:
    ///   - path: The file; `:memory:` keeps everything in memory.
    ///   - access: Whether it may be changed.
    ///   - vfs: The name of a registered VFS to use instead of the operating system's own.
    /// - Throws: `SQLiteError`. Many faults appear only when the file is first read.
    package init(path: String, access: Access = .readWrite, vfs: String? = nil) throws(SQLiteError) {
        let flags =
            switch access {
            case .readOnly: SQLITE_OPEN_READONLY
            case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var opened: OpaquePointer?
        let name = access == .immutable ? Self.immutableURI(path) : path
        let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw SQLiteError(code: ResultCode(rawValue: code), message: message)
        }
        self.path = path
        database = Database(opened)
    }

    var handle: OpaquePointer { database.handle }

    /// Runs one or more statements and ignores any rows.
    package func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, sql: sql) }
    }

    /// A statement that is compiled at its first use and cached for the life of the connection.
    ///
    /// It comes back reset and without bindings, so it must not be in use elsewhere.
    package func statement(_ sql: String) throws(SQLiteError) -> Statement {
        if let kept = statements[sql] {
            kept.reset()
            return kept
        }
        let fresh = try Statement(sql, on: self)
        statements[sql] = fresh
        return fresh
    }

    /// The row id of the latest insert.
    package var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// How many rows the latest statement changed.
    package var changes: Int { Int(sqlite3_changes64(handle)) }

    /// The schema version stored in the file's header.
    package func userVersion() throws(SQLiteError) -> Int {
        try statement("pragma user_version").first { $0.int("user_version") } ?? 0
    }

    /// How long to wait for another writer before giving up, in milliseconds.
    package func setBusyTimeout(milliseconds: Int32) {
        sqlite3_busy_timeout(handle, milliseconds)
    }

    /// Copies a snapshot of the whole database to an empty file, while others may go on writing.
    ///
    /// The copy is a single file, even if this database has a write-ahead log.
    ///
    /// - Throws: `SQLiteError`; the copy is then not usable.
    package func backup(to path: String) throws(SQLiteError) {
        let copy = try Connection(path: path)
        guard let backup = sqlite3_backup_init(copy.handle, "main", handle, "main") else {
            throw copy.failure(sqlite3_errcode(copy.handle))
        }
        let stepped = sqlite3_backup_step(backup, -1)
        let finished = sqlite3_backup_finish(backup)
        guard stepped == SQLITE_DONE else { throw copy.failure(stepped) }
        guard finished == SQLITE_OK else { throw copy.failure(finished) }
        try copy.execute("pragma journal_mode = delete")
    }

    /// Escapes every byte that could mean something in a URI. Source: <https://www.sqlite.org/uri.html>
    private static func immutableURI(_ path: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var uri = Array("file:".utf8)
        for byte in path.utf8 {
            switch byte {
            case 0x2F, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: uri.append(byte)
            default: uri += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: uri, as: UTF8.self) + "?immutable=1"
    }

    func failure(_ code: Int32, sql: String? = nil) -> SQLiteError {
        database.failure(code, sql: sql)
    }
}

extension Connection {
    /// Runs `body` in one transaction: all of it is kept, or nothing.
    ///
    /// It takes the write lock at once (`begin immediate`), so that it can't fail half-way for lack of it. Inside
    /// another transaction it is a part of that one, which can be undone alone.
    ///
    /// - Throws: What `body` throws, or `SQLiteError` if the commit fails; nothing is kept in either case.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        let isPart = sqlite3_get_autocommit(handle) == 0
        try execute(isPart ? "savepoint part" : "begin immediate")
        do {
            let result = try body()
            try execute(isPart ? "release part" : "commit")
            return result
        } catch {
            // SQLite has often rolled back by itself (full disk, I/O error); then there is nothing left to undo.
            if sqlite3_get_autocommit(handle) == 0 {
                try? execute(isPart ? "rollback to part; release part" : "rollback")
            }
            throw error
        }
    }

    /// Runs `body` with all reads in one snapshot. Inside another snapshot it uses that one.
    package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        guard sqlite3_get_autocommit(handle) != 0 else { return try body() }
        try execute("begin")
        defer { try? execute("commit") }
        return try body()
    }
}

/// The open file itself, which lives as long as its connection or any of its statements.
final class Database {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit { sqlite3_close_v2(handle) }

    func failure(_ code: Int32, sql: String?) -> SQLiteError {
        SQLiteError(code: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(handle)), sql: sql)
    }
}

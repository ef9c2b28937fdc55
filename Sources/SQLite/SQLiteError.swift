import CSQLite

/// A call that SQLite refused, with its message and the statement involved.
package struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// SQLite's extended result code.
    package let code: ResultCode
    /// SQLite's own message, for example `database or disk is full`.
    package let message: String
    /// The statement, if one was involved. Never contains values: those are bound.
    package let sql: String?

    package init(code: ResultCode, message: String, sql: String? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
    }

    /// Message and code, and the statement on its own line.
    package var description: String {
        let head = "\(message) (SQLite \(code.rawValue))"
        return sql.map { "\(head)\nin: \($0)" } ?? head
    }
}

/// One of SQLite's result codes, with its extended part.
///
/// Source: <https://www.sqlite.org/rescode.html>
package struct ResultCode: Sendable, Hashable, RawRepresentable {
    /// The extended code, for example 778 (`SQLITE_IOERR_WRITE`).
    package let rawValue: Int32

    /// Wraps a code as SQLite returned it.
    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The same code without its extended part.
    package var primary: ResultCode { ResultCode(rawValue: rawValue & 0xFF) }

    /// The disk, or a quota, is full.
    package static let full = ResultCode(rawValue: SQLITE_FULL)
    /// The operating system could not read or write.
    package static let ioError = ResultCode(rawValue: SQLITE_IOERR)
    /// The content of the file is damaged.
    package static let corrupt = ResultCode(rawValue: SQLITE_CORRUPT)
    /// The file is not an SQLite database.
    package static let notADatabase = ResultCode(rawValue: SQLITE_NOTADB)
    /// The file or its directory may not be written.
    package static let readOnly = ResultCode(rawValue: SQLITE_READONLY)
    /// The file could not be opened.
    package static let cannotOpen = ResultCode(rawValue: SQLITE_CANTOPEN)
    /// Another connection is writing.
    package static let busy = ResultCode(rawValue: SQLITE_BUSY)
    /// The file may not be accessed.
    package static let permission = ResultCode(rawValue: SQLITE_PERM)
    /// A constraint of the schema refused a change.
    package static let constraint = ResultCode(rawValue: SQLITE_CONSTRAINT)
    /// The locking protocol failed, as it does on file systems without locks.
    package static let lockingProtocol = ResultCode(rawValue: SQLITE_PROTOCOL)
    /// Whether the operating system refused a lock, or the shared memory of a write-ahead log's readers.
    package var isAboutLocks: Bool { self == .lockingProtocol || Self.lockCodes.contains(rawValue) }

    /// `SQLITE_IOERR_UNLOCK`, `_RDLOCK`, `_CHECKRESERVEDLOCK`, `_LOCK`, `_SHMOPEN`, `_SHMLOCK` and `_SHMMAP`: macros that
    /// Swift can't read.
    private static let lockCodes = Set([8, 9, 14, 15, 18, 20, 21].map { SQLITE_IOERR | $0 << 8 })
    /// No room for the memory that readers share (`SQLITE_IOERR_SHMSIZE`): usually a full disk.
    package static let noSharedRoom = ResultCode(rawValue: SQLITE_IOERR | 19 << 8)
    /// The last write was interrupted, and this connection may not roll it back (`SQLITE_READONLY_ROLLBACK`).
    package static let needsRollback = ResultCode(rawValue: SQLITE_READONLY | 3 << 8)
}

/// A call that SQLite refused, with its message and the statement it was about.
package struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// SQLite's extended result code.
    package let code: ResultCode
    /// SQLite's own message, for example `database or disk is full`.
    package let message: String
    /// The statement, if it was about one. Never contains values: those are bound.
    package let sql: String?

    package init(code: ResultCode, message: String, sql: String? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
    }

    /// Message and code; the statement on a line of its own.
    package var description: String {
        let head = "\(message) (SQLite \(code.rawValue))"
        return sql.map { "\(head)\nin: \($0)" } ?? head
    }
}

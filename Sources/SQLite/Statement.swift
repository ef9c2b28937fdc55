import CSQLite

/// A compiled SQL statement.
///
/// Values are bound by position: SQLite numbers named parameters in the order in which they first appear, so a list
/// of values in that order fits `:named` parameters too.
package final class Statement {
    let handle: OpaquePointer
    private let database: Database
    private let sql: String
    /// The first refusal of a value bound one by one; reported when the statement runs.
    private var refusedBinding: Int32?

    init(_ sql: String, on connection: Connection) throws(SQLiteError) {
        var compiled: OpaquePointer?
        let code = sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        guard code == SQLITE_OK, let compiled else { throw connection.failure(code, sql: sql) }
        handle = compiled
        database = connection.database
        self.sql = sql
    }

    deinit { sqlite3_finalize(handle) }

    /// Ready to run again; bindings are cleared too.
    package func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// Runs a statement that returns no rows.
    package func run(_ values: (any Bindable)?...) throws(SQLiteError) {
        try bind(values)
        try runBound()
    }

    /// Runs a statement whose values have been bound one by one.
    package func runBound() throws(SQLiteError) {
        if let code = refusedBinding {
            refusedBinding = nil
            throw database.failure(code, sql: sql)
        }
        defer { sqlite3_reset(handle) }
        while try step() {}
    }

    /// Runs a query and hands each row to `body`.
    package func forEach<Failure>(
        _ values: (any Bindable)?...,
        body: (Row) throws(Failure) -> Void
    ) throws {
        try bind(values)
        defer { sqlite3_reset(handle) }
        while try step() { try body(Row(handle: handle)) }
    }

    /// Runs a query and returns what `body` makes of its first row; nil when there is none.
    package func first<Result>(
        _ values: (any Bindable)?...,
        body: (Row) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result? {
        try bind(values)
        defer { sqlite3_reset(handle) }
        return try step() ? try body(Row(handle: handle)) : nil
    }

    /// Binds an integer. `position` counts from 1.
    @inline(__always)
    package func bind(_ value: Int64?, at position: Int32) {
        note(value.map { sqlite3_bind_int64(handle, position, $0) } ?? sqlite3_bind_null(handle, position))
    }

    /// Binds a copy of any value. `position` counts from 1.
    package func bind(copying value: (any Bindable)?, at position: Int32) {
        note(value.map { $0.bind(to: self, at: position) } ?? sqlite3_bind_null(handle, position))
    }

    /// Binds UTF-8 text without copying it: the bytes must stay as they are until the statement has run.
    @inline(__always)
    package func bind(text: UnsafeBufferPointer<UInt8>, at position: Int32) {
        // A null pointer would bind NULL, and an empty buffer may have one.
        guard let start = text.baseAddress, !text.isEmpty else {
            return note(sqlite3_bind_text(handle, position, "", 0, nil))
        }
        start.withMemoryRebound(to: CChar.self, capacity: text.count) { characters in
            note(sqlite3_bind_text(handle, position, characters, Int32(text.count), nil))
        }
    }

    /// Binds UTF-8 text as `bind(text:at:)` does; NULL where there is none.
    @inline(__always)
    package func bind(unlessEmpty text: UnsafeBufferPointer<UInt8>, at position: Int32) {
        if text.isEmpty { bind(nil, at: position) } else { bind(text: text, at: position) }
    }

    /// Binds bytes without copying them: they must stay as they are until the statement has run.
    @inline(__always)
    package func bind(blob: UnsafeRawBufferPointer, at position: Int32) {
        if blob.isEmpty {
            note(sqlite3_bind_zeroblob(handle, position, 0))
        } else {
            note(sqlite3_bind_blob64(handle, position, blob.baseAddress, UInt64(blob.count), nil))
        }
    }

    @inline(__always)
    private func note(_ code: Int32) {
        if code != SQLITE_OK, refusedBinding == nil { refusedBinding = code }
    }

    private func bind(_ values: [(any Bindable)?]) throws(SQLiteError) {
        sqlite3_reset(handle)
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            let code = value.map { $0.bind(to: self, at: position) } ?? sqlite3_bind_null(handle, position)
            guard code == SQLITE_OK else { throw database.failure(code, sql: sql) }
        }
    }

    @inline(__always)
    private func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            // The extended code is only certain after the reset.
            let error = database.failure(code, sql: sql)
            sqlite3_reset(handle)
            throw error
        }
    }
}

/// The row a statement stands on. Columns count from 0. Valid until the statement steps on.
package struct Row {
    let handle: OpaquePointer

    /// An integer; NULL reads as 0.
    package func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// An integer; NULL reads as 0.
    package func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

    /// An integer, or nil where the column is NULL.
    package func optionalInt64(_ column: Int32) -> Int64? { isNull(column) ? nil : int64(column) }

    /// An integer, or nil where the column is NULL.
    package func optionalInt(_ column: Int32) -> Int? { isNull(column) ? nil : int(column) }

    /// Text; NULL reads as the empty text.
    package func string(_ column: Int32) -> String { optionalString(column) ?? "" }

    /// Text, or nil where the column is NULL.
    package func optionalString(_ column: Int32) -> String? {
        guard let text = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    /// A copy of a blob's bytes; NULL reads as none.
    package func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

    /// A blob's (or text's) bytes where SQLite keeps them.
    package func withBytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// Whether the column is NULL.
    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
}

/// A value that can stand for a parameter of a statement.
package protocol Bindable {
    /// Binds a copy of the value at a position counted from 1, and returns SQLite's result code.
    func bind(to statement: Statement, at position: Int32) -> Int32
}

/// Tells SQLite to take its own copy.
private nonisolated(unsafe) let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension Int64: Bindable {
    /// Binds an integer.
    package func bind(to statement: Statement, at position: Int32) -> Int32 {
        sqlite3_bind_int64(statement.handle, position, self)
    }
}

extension Int: Bindable {
    /// Binds an integer.
    package func bind(to statement: Statement, at position: Int32) -> Int32 {
        sqlite3_bind_int64(statement.handle, position, Int64(self))
    }
}

extension Bool: Bindable {
    /// Binds 1 or 0.
    package func bind(to statement: Statement, at position: Int32) -> Int32 {
        sqlite3_bind_int64(statement.handle, position, self ? 1 : 0)
    }
}

extension String: Bindable {
    /// Binds UTF-8 text; the empty text is not NULL.
    package func bind(to statement: Statement, at position: Int32) -> Int32 {
        var text = self
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let start = characters.baseAddress else {
                    return sqlite3_bind_text(statement.handle, position, "", 0, transient)
                }
                return sqlite3_bind_text(statement.handle, position, start, Int32(characters.count), transient)
            }
        }
    }
}

extension [UInt8]: Bindable {
    /// Binds a blob; the empty blob is not NULL.
    package func bind(to statement: Statement, at position: Int32) -> Int32 {
        withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, !bytes.isEmpty else {
                return sqlite3_bind_zeroblob(statement.handle, position, 0)
            }
            return sqlite3_bind_blob64(statement.handle, position, start, UInt64(bytes.count), transient)
        }
    }
}

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

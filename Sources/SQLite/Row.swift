import CSQLite

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

import CSQLite

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

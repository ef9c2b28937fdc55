import CSQLite
import Glibc

/// A compiled SQL statement.
///
/// Parameters (`:name`) and columns are found by their names in the SQL.
package final class Statement {
    let handle: OpaquePointer
    private let database: Database
    private let sql: String
    // Nothing reaches these from within an access to them, so checking each access at run time finds nothing, and would
    // cost more than reading a column does.
    @exclusivity(unchecked) private var parameters = NameTable()
    @exclusivity(unchecked) fileprivate var columns = NameTable()
    /// The first refused value among those bound individually; reported when the statement runs.
    @exclusivity(unchecked) private var refusedBinding: Int32?

    /// Values for all parameters of a statement.
    package typealias Values = KeyValuePairs<StaticString, (any Bindable)?>

    init(_ sql: String, on connection: Connection) throws(SQLiteError) {
        var compiled: OpaquePointer?
        let code = sqlite3_prepare_v3(connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        guard code == SQLITE_OK, let compiled else { throw connection.failure(code, sql: sql) }
        handle = compiled
        database = connection.database
        self.sql = sql
    }

    deinit { sqlite3_finalize(handle) }

    /// Makes it ready to run again; clears bindings too.
    package func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// Runs a statement that returns no rows.
    package func run(_ values: Values = [:]) throws(SQLiteError) {
        try bind(values)
        try runBound()
    }

    /// Runs a statement whose values have been bound individually.
    package func runBound() throws(SQLiteError) {
        try checkBindings()
        defer { sqlite3_reset(handle) }
        while try step() {}
    }

    /// Runs a query and passes each row to `body`.
    package func forEach(_ values: Values = [:], body: (Row) throws -> Void) throws {
        try bind(values)
        try forEachBound(body)
    }

    /// The same for values that have been bound individually.
    package func forEachBound(_ body: (Row) throws -> Void) throws {
        try checkBindings()
        defer { sqlite3_reset(handle) }
        while try step() { try body(Row(statement: self)) }
    }

    /// Runs a query and passes on rows until `body` returns false.
    package func forEachWhile(_ values: Values, _ body: (Row) throws -> Bool) throws {
        try bind(values)
        defer { sqlite3_reset(handle) }
        while try step(), try body(Row(statement: self)) {}
    }

    /// Runs a query and returns the results of `body` for each row.
    package func all<Element>(_ values: Values = [:], body: (Row) throws -> Element) throws -> [Element] {
        var elements: [Element] = []
        try forEach(values) { row in elements.append(try body(row)) }
        return elements
    }

    /// Runs a query and returns the result of `body` for its first row; nil if there is none.
    package func first<Result>(_ values: Values = [:], body: (Row) -> Result?) throws(SQLiteError) -> Result? {
        try bind(values)
        defer { sqlite3_reset(handle) }
        return try step() ? body(Row(statement: self)) : nil
    }

    /// The number of a parameter, to bind values individually; 0, which is not bindable, if the name is unknown.
    package func parameter(_ name: StaticString) -> Int32 {
        parameters.number(of: name) {
            (1...max(1, sqlite3_bind_parameter_count(handle))).first { position in
                // SQLite counts the mark before the name (`:`) as part of it.
                sqlite3_bind_parameter_name(handle, position).map { name.isEqual(to: $0 + 1) } ?? false
            } ?? 0
        }
    }

    /// The number of a column. Unknown names are programming errors and end the program.
    fileprivate func column(_ name: StaticString) -> Int32 {
        columns.number(of: name) {
            let found = (0..<sqlite3_column_count(handle)).first { column in
                sqlite3_column_name(handle, column).map(name.isEqual) ?? false
            }
            guard let found else { preconditionFailure("no column \(name) in: \(sql)") }
            return found
        }
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

    /// Binds UTF-8 text without copying it: the bytes must stay unchanged until the statement has run.
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

    /// Binds UTF-8 text like `bind(text:at:)`; NULL for nil.
    @inline(__always)
    package func bind(unlessEmpty text: UnsafeBufferPointer<UInt8>, at position: Int32) {
        if text.isEmpty { bind(nil, at: position) } else { bind(text: text, at: position) }
    }

    /// Binds bytes without copying them: they must stay unchanged until the statement has run.
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

    private func checkBindings() throws(SQLiteError) {
        guard let code = refusedBinding else { return }
        refusedBinding = nil
        throw database.failure(code, sql: sql)
    }

    /// Binds values to all parameters, so that none keeps the value of an earlier run.
    private func bind(_ values: Values) throws(SQLiteError) {
        sqlite3_reset(handle)
        guard values.count == sqlite3_bind_parameter_count(handle) else {
            throw SQLiteError(
                code: ResultCode(rawValue: SQLITE_MISUSE),
                message: "\(values.count) values for \(sqlite3_bind_parameter_count(handle)) parameters",
                sql: sql
            )
        }
        for (name, value) in values { bind(copying: value, at: parameter(name)) }
        try checkBindings()
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

/// Maps names to a statement's numbers. A name in the source code is looked up once per statement, and then found by
/// its address: reading a million rows compares no names.
private struct NameTable {
    private var known: [(address: UnsafePointer<UInt8>, number: Int32)] = []

    @inline(__always)
    mutating func number(of name: StaticString, lookUp: () -> Int32) -> Int32 {
        for entry in known where entry.address == name.utf8Start { return entry.number }
        let number = lookUp()
        known.append((name.utf8Start, number))
        return number
    }
}

extension StaticString {
    fileprivate func isEqual(to text: UnsafePointer<CChar>) -> Bool {
        utf8Start.withMemoryRebound(to: CChar.self, capacity: utf8CodeUnitCount + 1) { strcmp($0, text) == 0 }
    }
}

/// A statement's current row. Valid until the statement steps on.
package struct Row {
    fileprivate let statement: Statement

    /// An integer; NULL reads as 0.
    package func int64(_ column: StaticString) -> Int64 {
        sqlite3_column_int64(statement.handle, statement.column(column))
    }

    /// An integer; NULL reads as 0.
    package func int(_ column: StaticString) -> Int { Int(int64(column)) }

    /// An integer; nil if the column is NULL.
    package func optionalInt64(_ column: StaticString) -> Int64? { isNull(column) ? nil : int64(column) }

    /// An integer; nil if the column is NULL.
    package func optionalInt(_ column: StaticString) -> Int? { isNull(column) ? nil : int(column) }

    /// Whether an integer is not 0; NULL reads as false.
    package func bool(_ column: StaticString) -> Bool { int64(column) != 0 }

    /// The number of a row; NULL reads as 0, which no row has.
    package func id<ID: RowID>(_ column: StaticString) -> ID { ID(rawValue: int64(column)) }

    /// The number of a row; nil if the column is NULL.
    package func optionalID<ID: RowID>(_ column: StaticString) -> ID? { optionalInt64(column).map(ID.init(rawValue:)) }

    /// Text; NULL reads as the empty string.
    package func string(_ column: StaticString) -> String { optionalString(column) ?? "" }

    /// Text; nil if the column is NULL.
    package func optionalString(_ column: StaticString) -> String? {
        let column = statement.column(column)
        guard let text = sqlite3_column_text(statement.handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(statement.handle, column))
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    /// A copy of a blob's bytes; NULL reads as empty.
    package func bytes(_ column: StaticString) -> [UInt8] { withBytes(column) { Array($0) } }

    /// A blob's (or text's) bytes in SQLite's own memory.
    package func withBytes<Result>(_ column: StaticString, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        let column = statement.column(column)
        let start = sqlite3_column_blob(statement.handle, column)
        let count = Int(sqlite3_column_bytes(statement.handle, column))
        return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// Whether the column is NULL.
    package func isNull(_ column: StaticString) -> Bool {
        sqlite3_column_type(statement.handle, statement.column(column)) == SQLITE_NULL
    }
}

/// A value for a parameter of a statement.
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

/// The number of a row of one table, in a type of its own so that it can't be confused with another table's.
package protocol RowID: Bindable, RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible
where RawValue == Int64 {
    init(rawValue: Int64)
}

extension RowID {
    /// The number.
    package var description: String { String(rawValue) }

    /// Older rows first.
    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    package func bind(to statement: Statement, at position: Int32) -> Int32 {
        rawValue.bind(to: statement, at: position)
    }
}

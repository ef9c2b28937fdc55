import SQLite
import Spreadsheet

/// Consecutive rows in one blob, so that a results file can be written from the journal alone, byte for byte.
///
/// What stands in the decision is not kept a second time: its registrant's id and email are cut out of the record, and
/// come back when it is read. What is left is told by how it differs from the row above.
///
/// After two zeros, each row is:
/// - a byte of `Flags`,
/// - its number of fields, unless it is that of the row above,
/// - its line and its row in a spreadsheet program, unless they are the next ones,
/// - where the id and the email go, unless they go where they went above,
/// - unless all is the same: how many bytes at the start and at the end are as above, and those between them, after
///   their number.
///
/// Chunks of older journals are whole rows. After a zero, each row is its length, its number of fields, its line and its
/// row, followed by its bytes; in the oldest, there is no zero and no row. A record is never empty, so its length tells
/// these forms apart. All numbers are varints.
struct SourceChunk {
    /// Large enough in bytes that SQLite's cost per row vanishes, small enough to read for one row.
    static let wantedSize = 24_000

    private(set) var bytes: [UInt8] = []
    private var above = KeptRow()
    /// The record without what was cut out of it.
    private var rest: [UInt8] = []

    fileprivate struct Flags: OptionSet {
        let rawValue: UInt8
        static let sameFields = Flags(rawValue: 1)
        static let nextPlace = Flags(rawValue: 2)
        static let hasID = Flags(rawValue: 4)
        static let hasEmail = Flags(rawValue: 8)
        static let sameCuts = Flags(rawValue: 16)
        static let sameRest = Flags(rawValue: 32)
    }

    mutating func append(_ row: SourceRow) {
        if bytes.isEmpty { bytes += [0, 0] }
        let (id, email) = cut(row)
        var flags: Flags = []
        if row.fields == above.fields { flags.insert(.sameFields) }
        if row.place == above.nextPlace { flags.insert(.nextPlace) }
        if id != nil { flags.insert(.hasID) }
        if email != nil { flags.insert(.hasEmail) }
        if id ?? above.idAt == above.idAt, email ?? above.emailAt == above.emailAt { flags.insert(.sameCuts) }
        let same = commonEnds(above.rest, rest)
        if same.start == rest.count, rest.count == above.rest.count { flags.insert(.sameRest) }
        bytes.append(flags.rawValue)
        if !flags.contains(.sameFields) { Varint.append(UInt64(row.fields), to: &bytes) }
        if !flags.contains(.nextPlace) {
            Varint.append(UInt64(row.place.line), to: &bytes)
            Varint.append(UInt64(row.place.row ?? 0), to: &bytes)
        }
        if !flags.contains(.sameCuts) {
            if let id { Varint.append(UInt64(id), to: &bytes) }
            if let email { Varint.append(UInt64(email), to: &bytes) }
        }
        if !flags.contains(.sameRest) {
            let middle = rest[same.start..<rest.count - same.end]
            for number in [same.start, same.end, middle.count] { Varint.append(UInt64(number), to: &bytes) }
            bytes.append(contentsOf: middle)
            swap(&above.rest, &rest)
        }
        above.fields = row.fields
        above.place = row.place
        above.idAt = id ?? above.idAt
        above.emailAt = email ?? above.emailAt
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        above = KeptRow()
    }

    /// Leaves the record in `rest`, without the cells that the decision keeps as they are in it.
    ///
    /// - Returns: Where in `rest` they go; nil for one that was not cut.
    private mutating func cut(_ row: SourceRow) -> (id: Int?, email: Int?) {
        rest.removeAll(keepingCapacity: true)
        let id = row.place(of: row.registrant)
        var email = row.place(of: row.email)
        // Two cells have a delimiter between them.
        if let one = id, let other = email, one.upperBound >= other.lowerBound, other.upperBound >= one.lowerBound {
            email = nil
        }
        var position = 0
        func take(_ cell: Range<Int>?) -> Int? {
            guard let cell else { return nil }
            rest.append(contentsOf: UnsafeRawBufferPointer(rebasing: row.record[position..<cell.lowerBound]))
            position = cell.upperBound
            return rest.count
        }
        var places: (id: Int?, email: Int?)
        if let one = id, let other = email, other.lowerBound < one.lowerBound {
            places.email = take(email)
            places.id = take(id)
        } else {
            places.id = take(id)
            places.email = take(email)
        }
        rest.append(contentsOf: UnsafeRawBufferPointer(rebasing: row.record[position...]))
        return places
    }

    /// How many bytes two texts have in common at the start, and how many others at the end.
    private func commonEnds(_ one: [UInt8], _ other: [UInt8]) -> (start: Int, end: Int) {
        one.withUnsafeBufferPointer { one in
            other.withUnsafeBufferPointer { other in
                let count = min(one.count, other.count)
                var start = 0
                while start < count, one[start] == other[start] { start += 1 }
                var end = 0
                while end < count - start, one[one.count - 1 - end] == other[other.count - 1 - end] { end += 1 }
                return (start, end)
            }
        }
    }
}

/// One row of a spreadsheet as it was read.
struct SourceRow {
    /// Its record as well-formed UTF-8 CSV, without the line's end.
    let record: UnsafeRawBufferPointer
    let fields: Int
    /// Where it begins.
    let place: RowPlace
    /// The id it names, followed by the email, as the journal keeps them; empty if not given.
    var registrant = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var email = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    /// Where in the record a cell is; nil if it is empty, or not in it as it is.
    fileprivate func place(of cell: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        guard !cell.isEmpty, let start = record.baseAddress, let own = cell.baseAddress else { return nil }
        let first = UnsafeRawPointer(own) - start
        return first >= 0 && first + cell.count <= record.count ? first..<first + cell.count : nil
    }
}

/// One row as a chunk keeps it.
struct KeptRow {
    fileprivate(set) var fields = 0
    /// Where it begins.
    fileprivate(set) var place = RowPlace(row: 0, line: 0)
    /// Its record without the id and the email.
    fileprivate var rest: [UInt8] = []
    fileprivate var idAt = 0
    fileprivate var emailAt = 0
    fileprivate var hasID = false
    fileprivate var hasEmail = false

    fileprivate var nextPlace: RowPlace { RowPlace(row: place.row.map { $0 + 1 }, line: place.line + 1) }

    /// Puts the record together.
    ///
    /// - Parameters:
    ///   - id: What the decision keeps of the registrant's id.
    ///   - email: What it keeps of the email.
    /// - Returns: False if the decision lacks what was cut out.
    func write(id: UnsafeRawBufferPointer, email: UnsafeRawBufferPointer, to record: inout [UInt8]) -> Bool {
        record.removeAll(keepingCapacity: true)
        guard !(hasID && id.isEmpty), !(hasEmail && email.isEmpty) else { return false }
        var position = 0
        func put(_ cell: UnsafeRawBufferPointer, at place: Int) {
            record.append(contentsOf: rest[position..<place])
            record.append(contentsOf: cell)
            position = place
        }
        if hasEmail, hasID, emailAt < idAt {
            put(email, at: emailAt)
            put(id, at: idAt)
        } else {
            if hasID { put(id, at: idAt) }
            if hasEmail { put(email, at: emailAt) }
        }
        record.append(contentsOf: rest[position...])
        return true
    }
}

extension KeptRow {
    /// Puts the record together with the columns of its decision; false if that lacks what was cut out.
    func write(id: StaticString, email: StaticString, of decision: Row, to record: inout [UInt8]) -> Bool {
        decision.withBytes(id) { id in
            decision.withBytes(email) { email in write(id: id, email: email, to: &record) }
        }
    }
}

/// Reads the rows of a chunk back, in order.
struct KeptRows {
    private enum Form {
        case lines, rows, differences
    }

    private let bytes: [UInt8]
    private let form: Form
    private var position: Int
    /// The current row.
    private(set) var row = KeptRow()
    /// Whether no chunk was written so.
    private(set) var isDamaged = false

    /// Begins before the first row.
    init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
        form = bytes.first != 0 ? .lines : bytes.dropFirst().first != 0 ? .rows : .differences
        position = form == .lines ? 0 : form == .rows ? 1 : 2
    }

    /// Advances to the next row; false after the last, and if there is none to be read.
    mutating func advance() -> Bool {
        guard position < bytes.count else {
            isDamaged = isDamaged || position > bytes.count
            return false
        }
        let isRead = bytes.withUnsafeBytes { bytes in
            form == .differences ? readDifferences(bytes) : readWhole(bytes)
        }
        if !isRead {
            isDamaged = true
            position = bytes.count
        }
        return isRead
    }

    private mutating func readWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let count = number(bytes), let fields = number(bytes), let line = number(bytes),
            let place = form == .rows ? number(bytes) : 0, count <= bytes.count - position
        else { return false }
        row.fields = fields
        row.place = RowPlace(row: form == .rows ? place : nil, line: line)
        row.rest = Array(bytes[position..<position + count])
        position += count
        return true
    }

    private mutating func readDifferences(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let flags = SourceChunk.Flags(rawValue: bytes[position])
        position += 1
        if !flags.contains(.sameFields) {
            guard let fields = number(bytes) else { return false }
            row.fields = fields
        }
        if flags.contains(.nextPlace) {
            row.place = row.nextPlace
        } else {
            guard let line = number(bytes), let place = number(bytes) else { return false }
            row.place = RowPlace(row: place == 0 ? nil : place, line: line)
        }
        row.hasID = flags.contains(.hasID)
        row.hasEmail = flags.contains(.hasEmail)
        if !flags.contains(.sameCuts) {
            guard let id = row.hasID ? number(bytes) : row.idAt,
                let email = row.hasEmail ? number(bytes) : row.emailAt
            else { return false }
            (row.idAt, row.emailAt) = (id, email)
        }
        if !flags.contains(.sameRest) {
            guard let start = number(bytes), let end = number(bytes), let count = number(bytes),
                start <= row.rest.count, end <= row.rest.count - start, count <= bytes.count - position
            else { return false }
            row.rest.replaceSubrange(start..<row.rest.count - end, with: bytes[position..<position + count])
            position += count
        }
        return (!row.hasID || row.idAt <= row.rest.count) && (!row.hasEmail || row.emailAt <= row.rest.count)
    }

    private mutating func number(_ bytes: UnsafeRawBufferPointer) -> Int? {
        Varint.read(bytes, at: &position).flatMap { Int(exactly: $0) }
    }
}

extension KeptRows {
    /// Passes the rows of the chunk that holds a decision to `body`, in order, each with its decision. If its job's
    /// rows were pruned, these are earlier rows, or none.
    static func forEachRow(
        around decision: DecisionID,
        in connection: Connection,
        _ body: (_ decision: DecisionID, _ row: KeptRow) -> Void
    ) throws(SQLiteError) {
        let found = try connection.statement(
            "select first_decision, records from source where first_decision <= :id order by first_decision desc limit 1"
        ).first(["id": decision]) { row in (first: row.id("first_decision") as DecisionID, bytes: row.bytes("records"))
        }
        guard let found else { return }
        var id = found.first
        var rows = KeptRows(found.bytes)
        while rows.advance() {
            body(id, rows.row)
            id = id + 1
        }
    }
}

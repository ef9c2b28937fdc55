import SQLite
import Spreadsheet

/// Consecutive rows in one blob, so that a results file can be written from the journal alone, byte for byte.
///
/// After a zero, each row is its length, its number of fields, its line and its row in a spreadsheet program, as varints,
/// followed by its bytes. Older journals have chunks without the zero and without the row in a spreadsheet program; a
/// record is never empty, so none of them begins with a zero.
struct SourceChunk {
    /// Large enough in bytes that SQLite's cost per row vanishes, small enough to hold in memory easily.
    static let wantedSize = 60_000

    private(set) var bytes: [UInt8] = []

    mutating func append(_ row: SourceRow) {
        if bytes.isEmpty { bytes.append(0) }
        Varint.append(UInt64(row.record.count), to: &bytes)
        Varint.append(UInt64(row.fields), to: &bytes)
        Varint.append(UInt64(row.place.line), to: &bytes)
        Varint.append(UInt64(row.place.row ?? 0), to: &bytes)
        bytes.append(contentsOf: row.record)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Passes the rows of a chunk to `body` in order; false if `append` did not write the bytes.
    static func forEachRow(in bytes: UnsafeRawBufferPointer, _ body: (SourceRow) throws -> Void) rethrows -> Bool {
        let hasRows = bytes.first == 0
        var position = hasRows ? 1 : 0
        while position < bytes.count {
            guard let count = Varint.read(bytes, at: &position), let fields = Varint.read(bytes, at: &position),
                let line = Varint.read(bytes, at: &position),
                let row = hasRows ? Varint.read(bytes, at: &position) : 0, count <= UInt64(bytes.count - position)
            else { return false }
            let end = position + Int(count)
            try body(
                SourceRow(
                    record: UnsafeRawBufferPointer(rebasing: bytes[position..<end]),
                    fields: Int(fields),
                    place: RowPlace(row: hasRows ? Int(row) : nil, line: Int(line))
                )
            )
            position = end
        }
        return true
    }

    /// Passes the rows of the chunk that holds a decision to `body`, in order, each with its decision. If its job's
    /// rows were pruned, these are earlier rows, or none.
    static func forEachRow(
        around decision: DecisionID,
        in connection: Connection,
        _ body: (_ decision: DecisionID, _ row: SourceRow) -> Void
    ) throws(SQLiteError) {
        let chunk = try connection.statement(
            "select first_decision, records from source where first_decision <= :id order by first_decision desc limit 1"
        )
        _ = try chunk.first(["id": decision]) { row in
            var id: DecisionID = row.id("first_decision")
            return row.withBytes("records") { bytes in
                forEachRow(in: bytes) { source in
                    body(id, source)
                    id = id + 1
                }
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
    /// The id it names, followed by the email, as the journal keeps them; empty if not given, and when the row is read
    /// back.
    var registrant = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var email = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
}

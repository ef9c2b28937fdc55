package import FoundationEssentials
import SQLite

/// Identifies a job within one journal, as `usher status` shows it. Counts from 1.
package struct JobID: RowID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Identifies a batch within one journal. Counts from 1.
package struct BatchID: RowID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Identifies a meeting, webinar or occurrence within one journal.
package struct TargetID: RowID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Identifies a row of a spreadsheet within one journal. The rows of a job have consecutive numbers, in file order.
package struct DecisionID: RowID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }

    /// Greater than any id.
    static let end = DecisionID(rawValue: .max)

    static func + (id: DecisionID, rows: Int) -> DecisionID { DecisionID(rawValue: id.rawValue + Int64(rows)) }
    static func - (one: DecisionID, other: DecisionID) -> Int { Int(one.rawValue - other.rawValue) }
}

/// The decisions of a batch as the journal stores them: ids in ascending order, each as its distance from the previous
/// one, in 7-bit groups, lowest first; the high bit means that more follow.
struct DecisionIDList {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private var last: Int64 = 0

    init() {}

    init(_ ids: some Sequence<DecisionID>) {
        for id in ids { append(id) }
    }

    /// Adds an id, which must be greater than all before.
    mutating func append(_ id: DecisionID) {
        precondition(id.rawValue > last)
        Varint.append(UInt64(id.rawValue - last), to: &bytes)
        last = id.rawValue
        count += 1
    }

    /// Reads ids back; nil if `append` did not write the bytes.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> [DecisionID]? {
        var ids: [DecisionID] = []
        var position = 0
        var last: Int64 = 0
        while position < bytes.count {
            guard let distance = Varint.read(bytes, at: &position), distance > 0, distance <= UInt64(Int64.max - last)
            else { return nil }
            last += Int64(distance)
            ids.append(DecisionID(rawValue: last))
        }
        return ids
    }
}

/// Unsigned numbers in 7-bit groups, lowest first; the high bit means that more follow.
enum Varint {
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Nil if the bytes end early or hold more than 64 bits.
    static func read(_ bytes: UnsafeRawBufferPointer, at position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}

extension Date {
    /// Milliseconds since 1970, UTC: how the journal keeps times.
    package var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    /// The moment this many milliseconds after the start of 1970, UTC.
    package init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

/// A calendar day in UTC, by which Zoom counts its daily limits. Source: Zoom's rate-limit page.
package struct UTCDay: Sendable, Hashable, Strideable {
    /// Days since 1 January 1970: how the journal keeps days.
    package let number: Int64

    /// The day this many days after 1 January 1970.
    package init(number: Int64) {
        self.number = number
    }

    /// The day that holds a moment.
    package init(_ date: Date) {
        number = Int64((date.timeIntervalSince1970 / 86_400).rounded(.down))
    }

    /// 00:00 UTC of this day.
    package var start: Date { Date(timeIntervalSince1970: Double(number) * 86_400) }
    /// 00:00 UTC of the next day.
    package var end: Date { advanced(by: 1).start }

    /// How many days later the other day is.
    package func distance(to other: UTCDay) -> Int { Int(other.number - number) }
    /// The day this many days later.
    package func advanced(by days: Int) -> UTCDay { UTCDay(number: number + Int64(days)) }
}

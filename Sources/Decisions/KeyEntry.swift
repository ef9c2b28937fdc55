/// One key of one row: 24 bytes, because there may be twenty million of them.
struct KeyEntry {
    /// What the key is for.
    enum Use: UInt64 {
        /// The row decides about the registrant: rows with the same key are compared, and the journal keeps the key.
        case decision = 0
        /// The row says who is who and decides nothing, or not by this name: it unites those who have its keys.
        case name = 1
        /// As `name`, and the journal keeps the key.
        case keptName = 2
        /// Only the journal keeps it.
        case kept = 3
    }

    let low: UInt64
    /// The upper half of the key; its lowest six bits say what the row is.
    private let highAndFlags: UInt64
    private let rowNumber: UInt32
    private let lineNumber: UInt32
    private static let flags: UInt64 = 0x3F

    @inline(__always)
    init(
        _ key: RegistrantKey,
        row: Int,
        line: Int,
        action: Action,
        isEmail: Bool,
        hasOther: Bool,
        use: Use = .decision
    ) {
        low = key.low
        highAndFlags =
            key.high & ~Self.flags | use.rawValue << 4 | UInt64(action.place) << 2 | (isEmail ? 2 : 0)
            | (hasOther ? 1 : 0)
        rowNumber = UInt32(truncatingIfNeeded: row)
        lineNumber = UInt32(truncatingIfNeeded: line)
    }

    var row: Int { Int(rowNumber) }
    var line: Int { Int(lineNumber) }
    var action: UInt64 { highAndFlags >> 2 & 3 }
    var isEmail: Bool { highAndFlags & 2 != 0 }
    /// Whether the row has the other kind of key too.
    var hasOther: Bool { highAndFlags & 1 != 0 }
    /// Whether the row decides about whoever has the key.
    var decides: Bool { highAndFlags >> 4 & 3 == Use.decision.rawValue }
    /// Whether it says who is who within the sheet.
    var unites: Bool { highAndFlags >> 4 & 3 != Use.kept.rawValue }
    /// Whether the journal keeps it.
    var isKept: Bool { highAndFlags >> 4 & 3 != Use.name.rawValue }

    @inline(__always)
    func isSameKey(_ other: KeyEntry) -> Bool {
        low == other.low && (highAndFlags ^ other.highAndFlags) & ~Self.flags == 0
    }

    /// By key, then by row.
    @inline(__always)
    static func precedes(_ one: KeyEntry, _ other: KeyEntry) -> Bool {
        if one.low != other.low { return Int64(bitPattern: one.low) < Int64(bitPattern: other.low) }
        let (a, b) = (one.highAndFlags & ~Self.flags, other.highAndFlags & ~Self.flags)
        return a != b ? a < b : one.rowNumber < other.rowNumber
    }
}

/// One key of one row: 24 bytes, because there may be twenty million of them.
struct KeyEntry {
    let low: UInt64
    /// The upper half of the key; its lowest four bits say what the row is.
    private let highAndFlags: UInt64
    private let rowNumber: UInt32
    private let lineNumber: UInt32

    @inline(__always)
    init(_ key: RegistrantKey, row: Int, line: Int, action: Action, isEmail: Bool, hasOther: Bool) {
        low = key.low
        highAndFlags = key.high & ~0xF | UInt64(action.place) << 2 | (isEmail ? 2 : 0) | (hasOther ? 1 : 0)
        rowNumber = UInt32(truncatingIfNeeded: row)
        lineNumber = UInt32(truncatingIfNeeded: line)
    }

    var row: Int { Int(rowNumber) }
    var line: Int { Int(lineNumber) }
    var action: UInt64 { highAndFlags >> 2 & 3 }
    var isEmail: Bool { highAndFlags & 2 != 0 }
    /// Whether the row has the other kind of key too.
    var hasOther: Bool { highAndFlags & 1 != 0 }

    @inline(__always)
    func isSameKey(_ other: KeyEntry) -> Bool {
        low == other.low && (highAndFlags ^ other.highAndFlags) & ~0xF == 0
    }

    /// By key, then by row.
    @inline(__always)
    static func precedes(_ one: KeyEntry, _ other: KeyEntry) -> Bool {
        if one.low != other.low { return Int64(bitPattern: one.low) < Int64(bitPattern: other.low) }
        let (a, b) = (one.highAndFlags & ~0xF, other.highAndFlags & ~0xF)
        return a != b ? a < b : one.rowNumber < other.rowNumber
    }
}

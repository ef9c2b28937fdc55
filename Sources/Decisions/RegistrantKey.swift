/// A number that identifies one registrant of one target; the same in every process and every version of Usher.
///
/// SipHash-2-4 with 128 bits and a fixed key: two registrants of real spreadsheets never share one by chance. Code that
/// keeps only half of it confirms a match by the text.
package struct RegistrantKey: Sendable, Hashable, Comparable {
    package let low: UInt64
    package let high: UInt64

    /// Orders by the lower half first, which is the half that the journal keeps.
    @inline(__always)
    package static func < (one: RegistrantKey, other: RegistrantKey) -> Bool {
        // The journal stores it as a signed number, in that order.
        let (a, b) = (Int64(bitPattern: one.low), Int64(bitPattern: other.low))
        return a != b ? a < b : one.high < other.high
    }

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// What identifies a registrant.
    package enum Field: UInt64 {
        case id = 1
        case email = 2
    }

    /// What the journal keeps of it. An email beside an id has a different number than the same email alone: if a whole
    /// class shares an address, the rows of one id are found without all the others.
    @inline(__always)
    package func kept(besideID: Bool) -> Int64 { Int64(bitPattern: low & ~1 | (besideID ? 1 : 0)) }

    /// The key of a target, the start of its registrants' keys.
    package static func target(_ target: Target) -> RegistrantKey {
        var text = [
            target.account ?? "", target.kind.rawValue, target.id.description, target.occurrence?.description ?? "",
        ]
        .joined(separator: "\u{0}")
        return text.withUTF8 {
            SipHash128(k0: 0x7573_6865_722D_7461, k1: 0x7267_6574_2D6B_6579).hash($0, lowercasing: false)
        }
    }

    /// The key of a registrant named by id or email; letters A to Z count as a to z in emails.
    @inline(__always)
    init(_ field: Field, _ value: UnsafeBufferPointer<UInt8>, of target: RegistrantKey) {
        self = SipHash128(k0: target.low ^ field.rawValue, k1: target.high).hash(value, lowercasing: field == .email)
    }

    /// The key of a registrant named by id or email.
    package init(_ field: Field, _ value: String, of target: RegistrantKey) {
        var value = value
        self = value.withUTF8 { RegistrantKey(field, $0, of: target) }
    }

    /// The key of a person of a target who is known by a number.
    init(person: UInt32, of target: RegistrantKey) {
        self = withUnsafeBytes(of: person.littleEndian) { bytes in
            SipHash128(k0: target.low ^ 3, k1: target.high)
                .hash(bytes.assumingMemoryBound(to: UInt8.self), lowercasing: false)
        }
    }

    /// What the journal keeps for a row that names a registrant: an id, an email, or both.
    package static func kept(of registrant: Registrant, target: RegistrantKey) -> [Int64] {
        let id = registrant.id.map { RegistrantKey(.id, $0, of: target).kept(besideID: false) }
        let email = registrant.email.map { RegistrantKey(.email, $0, of: target).kept(besideID: id != nil) }
        return [id, email].compactMap(\.self)
    }
}

/// SipHash-2-4 with a 128-bit result. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, and the
/// authors' reference for the longer result.
struct SipHash128 {
    let k0: UInt64
    let k1: UInt64

    /// - Parameter lowercasing: Whether A to Z count as a to z.
    @inline(__always)
    func hash(_ bytes: UnsafeBufferPointer<UInt8>, lowercasing: Bool) -> RegistrantKey {
        var state = State(
            v0: k0 ^ 0x736f_6d65_7073_6575,
            v1: k1 ^ 0x646f_7261_6e64_6f6d ^ 0xEE,
            v2: k0 ^ 0x6c79_6765_6e65_7261,
            v3: k1 ^ 0x7465_6462_7974_6573
        )
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            state.absorb(lowercasing ? Self.lowercased(word) : word)
            index += 8
        }
        var last: UInt64 = 0
        var shift: UInt64 = 0
        while index < raw.count {
            last |= UInt64(raw[index]) << shift
            index += 1
            shift += 8
        }
        if lowercasing { last = Self.lowercased(last) }
        state.absorb(last | UInt64(truncatingIfNeeded: raw.count) << 56)
        return state.finish()
    }

    /// A to Z as a to z in each of eight bytes.
    @inline(__always)
    private static func lowercased(_ word: UInt64) -> UInt64 {
        let each: UInt64 = 0x0101_0101_0101_0101
        let heptets = word & (0x7F &* each)
        let isAboveZ = heptets &+ ((0x7F - 0x5A) &* each)
        let isFromA = heptets &+ ((0x80 - 0x41) &* each)
        let isUpper = (isFromA ^ isAboveZ) & ~word & (0x80 &* each)
        return word | isUpper >> 2
    }

    private struct State {
        var v0: UInt64
        var v1: UInt64
        var v2: UInt64
        var v3: UInt64

        @inline(__always)
        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        @inline(__always)
        mutating func finish() -> RegistrantKey {
            v2 ^= 0xEE
            for _ in 0..<4 { round() }
            let low = v0 ^ v1 ^ v2 ^ v3
            v1 ^= 0xDD
            for _ in 0..<4 { round() }
            return RegistrantKey(low: low, high: v0 ^ v1 ^ v2 ^ v3)
        }

        @inline(__always)
        private mutating func round() {
            v0 = v0 &+ v1
            v1 = (v1 << 13 | v1 >> 51) ^ v0
            v0 = v0 << 32 | v0 >> 32
            v2 = v2 &+ v3
            v3 = (v3 << 16 | v3 >> 48) ^ v2
            v0 = v0 &+ v3
            v3 = (v3 << 21 | v3 >> 43) ^ v0
            v2 = v2 &+ v1
            v1 = (v1 << 17 | v1 >> 47) ^ v2
            v2 = v2 << 32 | v2 >> 32
        }
    }
}

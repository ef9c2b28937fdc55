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

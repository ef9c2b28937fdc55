/// Says whether a stream of bytes is UTF-8, by the table of the Unicode standard (D92): no overlong forms, no surrogates,
/// nothing beyond U+10FFFF.
struct UTF8Validator {
    private var isValid = true
    /// Continuation bytes that must follow, and what the next of them may be.
    private var expected = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Whether all that was consumed is UTF-8 and ends with a whole character.
    var isValidAtEnd: Bool { isValid && expected == 0 }

    mutating func consume(_ bytes: UnsafeRawBufferPointer) {
        guard isValid else { return }
        var index = 0
        let count = bytes.count
        while index < count {
            if expected == 0 {
                // Most spreadsheets are mostly ASCII: 32 bytes at a time.
                while index + 32 <= count {
                    let a = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    let b = bytes.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
                    let c = bytes.loadUnaligned(fromByteOffset: index + 16, as: UInt64.self)
                    let d = bytes.loadUnaligned(fromByteOffset: index + 24, as: UInt64.self)
                    guard (a | b | c | d) & 0x8080_8080_8080_8080 == 0 else { break }
                    index += 32
                }
                guard index < count else { return }
            }
            guard step(bytes[index]) else {
                isValid = false
                return
            }
            index += 1
        }
    }

    private mutating func step(_ byte: UInt8) -> Bool {
        if expected > 0 {
            guard byte >= lowest, byte <= highest else { return false }
            expected -= 1
            (lowest, highest) = (0x80, 0xBF)
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: expected = 1
        case 0xE0: (expected, lowest) = (2, 0xA0)
        case 0xED: (expected, highest) = (2, 0x9F)
        case 0xE1...0xEF: expected = 2
        case 0xF0: (expected, lowest) = (3, 0x90)
        case 0xF4: (expected, highest) = (3, 0x8F)
        case 0xF1...0xF3: expected = 3
        default: return false
        }
        return true
    }
}

// swift-format-ignore-file: NeverForceUnwrap
// Because: a buffer that holds bytes has an address.

/// Turns UTF-16, Windows-1252 and charsets named by the user into UTF-8, a chunk at a time. What can't be decoded
/// becomes U+FFFD.
struct Transcoder {
    private let encoding: TextEncoding
    /// A byte whose partner is in the next chunk.
    private var oddByte: UInt8?
    /// The first half of a pair whose second half has not arrived yet.
    private var highSurrogate: UInt16?
    private let decoder: CharsetDecoder?

    init(_ encoding: TextEncoding) {
        self.encoding = encoding
        decoder = if case .named(let charset) = encoding { CharsetDecoder(charset) } else { nil }
    }

    /// The most UTF-8 bytes that a number of bytes can become, including leftovers.
    static func room(for count: Int) -> Int { count * 4 + 64 }

    /// Appends the UTF-8 of `bytes` to `output`, which has room for it, and returns the number of bytes appended.
    mutating func transcode(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutableRawPointer, isLast: Bool) -> Int {
        var writer = Writer(start: output)
        switch encoding {
        case .utf8:
            output.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
            return bytes.count
        case .named:
            // One was made when the charset was named; failing is better than reading an empty file.
            guard let decoder else { fatalError("The system ran out of what it takes to decode text.") }
            return decoder.decode(bytes, to: output, room: Self.room(for: bytes.count), isLast: isLast)
        case .windows1252:
            for byte in bytes { writer.put(Self.windows1252(byte)) }
        case .utf16LittleEndian, .utf16BigEndian:
            for byte in bytes {
                guard let first = oddByte else {
                    oddByte = byte
                    continue
                }
                oddByte = nil
                let unit =
                    encoding == .utf16LittleEndian
                    ? UInt16(byte) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(byte)
                put(unit, to: &writer)
            }
            if isLast {
                if highSurrogate != nil { writer.put(0xFFFD) }
                if oddByte != nil { writer.put(0xFFFD) }
                highSurrogate = nil
                oddByte = nil
            }
        }
        return writer.count
    }

    private mutating func put(_ unit: UInt16, to writer: inout Writer) {
        if let high = highSurrogate {
            highSurrogate = nil
            if unit & 0xFC00 == 0xDC00 {
                return writer.put(0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(unit & 0x3FF)))
            }
            writer.put(0xFFFD)
        }
        switch unit & 0xFC00 {
        case 0xD800: highSurrogate = unit
        case 0xDC00: writer.put(0xFFFD)
        default: writer.put(UInt32(unit))
        }
    }

    private static func windows1252(_ byte: UInt8) -> UInt32 {
        byte & 0xE0 == 0x80 ? upperControls[Int(byte - 0x80)] : UInt32(byte)
    }

    /// 0x80 to 0x9F; the five that Windows leaves undefined remain control characters.
    private static let upperControls: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
        0x017E, 0x0178,
    ]

    private struct Writer {
        let start: UnsafeMutableRawPointer
        var count = 0

        init(start: UnsafeMutableRawPointer) { self.start = start }

        mutating func put(_ scalar: UInt32) {
            switch scalar {
            case 0..<0x80: byte(scalar)
            case 0x80..<0x800:
                byte(0xC0 | scalar >> 6)
                byte(0x80 | scalar & 0x3F)
            case 0x800..<0x10000:
                byte(0xE0 | scalar >> 12)
                byte(0x80 | scalar >> 6 & 0x3F)
                byte(0x80 | scalar & 0x3F)
            default:
                byte(0xF0 | scalar >> 18)
                byte(0x80 | scalar >> 12 & 0x3F)
                byte(0x80 | scalar >> 6 & 0x3F)
                byte(0x80 | scalar & 0x3F)
            }
        }

        private mutating func byte(_ value: UInt32) {
            start.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: count, as: UInt8.self)
            count += 1
        }
    }
}

/// How a spreadsheet's bytes encode characters.
package enum TextEncoding: Sendable, Hashable {
    /// With or without a byte-order mark.
    case utf8
    /// Little-endian, with a byte-order mark: what Excel calls "Unicode Text".
    case utf16LittleEndian
    /// Big-endian, with a byte-order mark.
    case utf16BigEndian
    /// Older Windows programs' Western text; assumed only if the bytes are not UTF-8 and look like it.
    case windows1252
    /// A charset that the user named.
    case named(Charset)
}

/// Says whether a stream of bytes is UTF-8, by the table of the Unicode standard (D92): no overlong forms, no surrogates,
/// nothing beyond U+10FFFF.
struct UTF8Validator {
    private var isValid = true
    /// Continuation bytes that must follow, and what the next of them may be.
    private var expected = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Whether everything so far is UTF-8 and ends with a whole character.
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

// swift-format-ignore-file: NeverForceUnwrap
// Because: an array that holds bytes has an address.

import Glibc

/// A charset that the system's iconv decodes, and in which ASCII bytes mean ASCII.
package struct Charset: Sendable, Hashable {
    /// As messages show it.
    package let name: String
    /// What iconv calls it.
    fileprivate let systemName: String

    /// Nil if the system does not know it, or commas and quotes mean something else in it.
    package init?(_ name: String) {
        let lower = name.lowercased()
        guard !lower.hasPrefix("utf"), !lower.isEmpty,
            lower.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x61 && $0 <= 0x7A || $0 == 0x2D || $0 == 0x5F })
        else { return nil }
        self.name = lower
        systemName = Self.others[lower.filter { $0 != "-" && $0 != "_" }] ?? lower
        guard let decoder = CharsetDecoder(self) else { return nil }
        let ascii = Array((0x20...0x7E).map { UInt8($0) } + [0x09, 0x0A, 0x0D])
        var decoded = [UInt8](repeating: 0, count: 1024)
        let count = ascii.withUnsafeBytes { bytes in
            decoded.withUnsafeMutableBytes { decoder.decode(bytes, to: $0.baseAddress!, room: $0.count, isLast: true) }
        }
        guard decoded.prefix(count) == ascii[...] else { return nil }
    }

    /// Programs that write Shift_JIS write Microsoft's variant, in which a backslash is a backslash.
    private static let others = [
        "macroman": "MACINTOSH", "mac": "MACINTOSH", "shiftjis": "CP932", "sjis": "CP932", "windows31j": "CP932",
    ]

    /// The message for a name that can't be used.
    package static func unknown(_ name: String) -> String {
        "\"\(name)\" is not a charset that this system can read. It can read windows-1252, mac-roman, shift_jis and gbk, for example."
    }

    package var encoding: TextEncoding {
        ["windows-1252", "cp1252"].contains(name) ? .windows1252 : .named(self)
    }
}

/// Decodes a charset into UTF-8, a chunk at a time. What can't be decoded becomes U+FFFD.
final class CharsetDecoder {
    private let descriptor: iconv_t
    /// Bytes whose character continues in the next chunk.
    private var rest: [UInt8] = []

    init?(_ charset: Charset) {
        guard let descriptor = iconv_open("UTF-8", charset.systemName), Int(bitPattern: descriptor) != -1 else {
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { iconv_close(descriptor) }

    /// Appends the UTF-8 of `bytes` to `output`, which has room for it, and returns the number of bytes appended.
    func decode(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutableRawPointer, room: Int, isLast: Bool) -> Int {
        var input = rest + bytes
        rest = []
        let start = output.assumingMemoryBound(to: CChar.self)
        var next: UnsafeMutablePointer<CChar>? = start
        var left = room
        func putReplacement() {
            for byte in [0xEF, 0xBF, 0xBD] as [UInt8] where left > 0 {
                next?.pointee = CChar(bitPattern: byte)
                next = next.map { $0 + 1 }
                left -= 1
            }
        }
        input.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            var from: UnsafeMutablePointer<CChar>? = base.assumingMemoryBound(to: CChar.self)
            var count = buffer.count
            while count > 0 {
                guard iconv(descriptor, &from, &count, &next, &left) == -1, let place = from else { break }
                if errno == EINVAL {
                    rest = Array(buffer.suffix(count))
                    break
                }
                guard errno == EILSEQ else { break }
                putReplacement()
                from = place + 1
                count -= 1
            }
        }
        if isLast {
            if !rest.isEmpty { putReplacement() }
            rest = []
        }
        return room - left
    }
}

/// Judges bytes that are not UTF-8: whether they read as Windows-1252, or as something else that would garble names.
///
/// Each byte beyond ASCII is judged by its neighbours. In Windows-1252 nearly all are letters in words, or quotes and dashes
/// around them. Mac Roman and Shift_JIS put symbols and capitals into the middle of words; other scripts come in long runs.
struct SingleByteGuess {
    private var high = 0
    private var implausible = 0
    private var undefined = 0
    private var inRuns = 0
    private var run = 0
    private var inUTF8 = 0
    private var sequence = (expected: 0, length: 0)
    private var hasLineFeed = false
    private var hasReturn = false
    private var previous: UInt8 = 0x0A
    private var current: UInt8?

    /// Evidence against Windows-1252.
    enum Doubt: Sendable, Hashable {
        /// Most of it is UTF-8, and some is not.
        case partlyUTF8
        /// It is in some other charset.
        case otherCharset
    }

    /// After the last byte.
    mutating func finish() -> Doubt? {
        if let current { step(current, next: 0x0A) }
        current = nil
        endRun()
        guard high > 0 else { return nil }
        if inUTF8 >= 4, inUTF8 * 5 >= high * 4 { return .partlyUTF8 }
        // Line ends of old Macintoshes imply their charset too.
        let isFromMac = hasReturn && !hasLineFeed
        return undefined > 0 || implausible * 4 >= high || inRuns * 2 > high || isFromMac ? .otherCharset : nil
    }

    mutating func consume(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if let current { step(current, next: byte) }
            current = byte
        }
    }

    private mutating func step(_ byte: UInt8, next: UInt8) {
        defer { previous = byte }
        guard byte >= 0x80 else {
            if byte == 0x0A { hasLineFeed = true }
            if byte == 0x0D { hasReturn = true }
            sequence = (0, 0)
            return endRun()
        }
        high += 1
        run += 1
        countUTF8(byte)
        if [0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte) {
            undefined += 1
        } else if !isPlausible(byte, next: next) {
            implausible += 1
        }
    }

    private mutating func endRun() {
        if run >= 3 { inRuns += run }
        run = 0
    }

    private mutating func countUTF8(_ byte: UInt8) {
        if sequence.expected > 0, byte & 0xC0 == 0x80 {
            sequence.expected -= 1
            sequence.length += 1
            if sequence.expected == 0 { inUTF8 += sequence.length }
            return
        }
        switch byte {
        case 0xC2...0xDF: sequence = (1, 1)
        case 0xE0...0xEF: sequence = (2, 1)
        case 0xF0...0xF4: sequence = (3, 1)
        default: sequence = (0, 0)
        }
    }

    private func isPlausible(_ byte: UInt8, next: UInt8) -> Bool {
        let isInside = Self.isLetter(previous) && Self.isLetter(next)
        switch byte {
        // Euro, apostrophe, dashes.
        case 0x80, 0x92, 0x96, 0x97: return true
        // Quotes, ellipsis, daggers.
        case 0x82, 0x84...0x87, 0x8B, 0x91, 0x93, 0x94, 0x9B: return !isInside
        // Capital letters: at the beginning of a word, or among capitals.
        case 0x8A, 0x8C, 0x8E, 0x9F, 0xC0...0xD6, 0xD8...0xDE:
            return !Self.isSmall(previous) && !(Self.isLetter(previous) && Self.isSmall(next))
        // Small letters.
        case 0x9A, 0x9C, 0x9E, 0xDF...0xF6, 0xF8...0xFF: return Self.isLetter(previous) || Self.isLetter(next)
        // Bullet, trade mark, per mille.
        case 0x95: return next == 0x20 || next == 0x09
        case 0x99: return !Self.isLetter(next)
        case 0x89: return previous == 0x20 || previous >= 0x30 && previous <= 0x39
        // Florin and two accents without a letter.
        case 0x83, 0x88, 0x98: return false
        // No-break space, soft hyphen, ordinals, acute accent and middle dot are between letters too.
        case 0xA0, 0xAA, 0xAD, 0xB4, 0xB7, 0xBA: return true
        default: return !isInside
        }
    }

    private static func isSmall(_ byte: UInt8) -> Bool {
        byte >= 0x61 && byte <= 0x7A || byte >= 0xDF && byte != 0xF7
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        isSmall(byte) || byte >= 0x41 && byte <= 0x5A || byte >= 0xC0 && byte <= 0xDE && byte != 0xD7
    }
}

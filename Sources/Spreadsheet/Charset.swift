// swift-format-ignore-file: NeverForceUnwrap
// Because: an array that holds bytes has an address.

import Glibc

/// A charset that the system's iconv decodes, and in which ASCII is ASCII.
package struct Charset: Sendable, Hashable {
    /// As messages show it.
    package let name: String
    /// What iconv calls it.
    fileprivate let systemName: String

    /// Nil where the system does not know it, or commas and quotes would be something else in it.
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

    /// Programs that write Shift_JIS write Microsoft's, in which a backslash is one.
    private static let others = [
        "macroman": "MACINTOSH", "mac": "MACINTOSH", "shiftjis": "CP932", "sjis": "CP932", "windows31j": "CP932",
    ]

    /// What to say of a name that can't be used.
    package static func unknown(_ name: String) -> String {
        "\"\(name)\" is no charset that this system can read. Known are for example windows-1252, mac-roman, shift_jis and gbk."
    }

    package var encoding: TextEncoding {
        ["windows-1252", "cp1252"].contains(name) ? .windows1252 : .named(self)
    }
}

/// Turns bytes of a charset into UTF-8, a chunk at a time. What can't be decoded becomes U+FFFD.
final class CharsetDecoder {
    private let descriptor: iconv_t
    /// Bytes whose character goes on in the next chunk.
    private var rest: [UInt8] = []

    init?(_ charset: Charset) {
        guard let descriptor = iconv_open("UTF-8", charset.systemName), Int(bitPattern: descriptor) != -1 else {
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { iconv_close(descriptor) }

    /// Appends the UTF-8 of `bytes` to `output`, which has room for it, and returns how many bytes that were.
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

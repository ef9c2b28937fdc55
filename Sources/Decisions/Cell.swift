/// The bytes of one cell, and the trimming that is safe: spaces at its ends, and characters that nobody can see.
struct Cell {
    /// The cell's content without spaces around it.
    let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var end = bytes.count
        while start < end, Self.isSpace(bytes[start]) { start += 1 }
        while end > start, Self.isSpace(bytes[end - 1]) { end -= 1 }
        self.bytes = UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte >= 0x09 && byte <= 0x0D
    }

    var isEmpty: Bool { bytes.isEmpty }

    /// Whether every byte is a visible ASCII character or a space between some.
    var isPlain: Bool {
        for byte in bytes where byte < 0x20 || byte >= 0x7F { return false }
        return true
    }

    /// Whether there is nothing in it that anybody could see.
    var isBlank: Bool { isEmpty || (!isPlain && visibleText.isEmpty) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text without characters that nobody can see (zero-width, direction and soft-hyphen marks, a byte-order mark), and
    /// with all kinds of spaces as ordinary ones, trimmed.
    var visibleText: String {
        if isPlain { return text }
        var visible = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .format: continue
            case .spaceSeparator: visible.append(" ")
            default: visible.append(scalar)
            }
        }
        let spaced = String(visible)
        let trimmed = spaced.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        return String(trimmed)
    }
}

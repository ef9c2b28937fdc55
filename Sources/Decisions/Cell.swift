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

    /// A cell with bytes of its own, which whoever made it deallocates.
    init(copying text: String) {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
        _ = copy.initialize(fromContentsOf: text.utf8)
        bytes = UnsafeBufferPointer(copy)
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

    /// The text without format characters (zero-width, direction and soft-hyphen marks, a byte-order mark), with all kinds of
    /// spaces as ordinary ones, and without spaces and whatever else nobody can see around it. What stands of the latter
    /// between visible characters stays, for the rules to reject.
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
        let isNothing = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace || scalar.isInvisible }
        // Scalar by scalar: some of them make one character with the letter before them.
        guard let first = visible.firstIndex(where: { !isNothing($0) }),
            let last = visible.lastIndex(where: { !isNothing($0) })
        else { return "" }
        return String(visible[first...last])
    }
}

import Spreadsheet

/// The bytes of one cell, and the trimming that is safe: spaces at its ends, and invisible characters.
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

    /// A cell with its own copy of the bytes, which the caller deallocates.
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

    /// Whether every byte is visible ASCII or a space in between.
    var isPlain: Bool {
        for byte in bytes where byte < 0x20 || byte >= 0x7F { return false }
        return true
    }

    /// Whether every byte is ASCII, visible or not.
    var isASCII: Bool {
        let raw = UnsafeRawBufferPointer(bytes)
        var high: UInt64 = 0
        var index = 0
        while index + 8 <= raw.count {
            high |= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < raw.count {
            high |= UInt64(raw[index])
            index += 1
        }
        return high & 0x8080_8080_8080_8080 == 0
    }

    /// Whether nothing in it is visible.
    var isBlank: Bool { isEmpty || (!isPlain && visibleText.isEmpty) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text without format characters (zero-width, direction and soft-hyphen marks, a byte-order mark), with all
    /// kinds of spaces as ordinary ones, and without spaces and other invisible characters around it. Any of the latter
    /// between visible characters remain, for the rules to reject.
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
        // Scalar by scalar: some of them combine with the letter before them into one character.
        guard let first = visible.firstIndex(where: { !isNothing($0) }),
            let last = visible.lastIndex(where: { !isNothing($0) })
        else { return "" }
        return String(visible[first...last])
    }
}

extension Unicode.Scalar {
    /// Whether it shows nothing and is not a space: control and format characters, separators of lines and paragraphs,
    /// what Unicode calls default-ignorable (variation selectors, fillers, joiners), and two blank symbols.
    var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        // BRAILLE PATTERN BLANK, MUSICAL SYMBOL NULL NOTEHEAD
        default: properties.isDefaultIgnorableCodePoint || value == 0x2800 || value == 0x1D159
        }
    }

    /// Its name in messages, for example `U+FE0F`.
    var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension String {
    /// What a message says of a value with an invisible character inside; nil if it has none.
    var invisibleAdvice: String? {
        unicodeScalars.first(where: \.isInvisible).map { scalar in
            "holds a character that can't be seen (\(scalar.codePoint)). Delete the cell and type it again by hand."
        }
    }
}

/// Rewrites a record that RFC 4180 does not allow, so that every program reads the same fields from it.
///
/// A field that continues after its closing quote keeps its quotes as content: otherwise a results file that is run
/// again would hold as one word what Usher refused to read as one.
enum WellFormed {
    /// The record without its line end; unchanged if it is well-formed.
    ///
    /// - Parameter keepsMark: Whether a byte-order mark before its first cell belongs to that cell.
    static func record(of reader: RecordReader, delimiter: UInt8, keepsMark: Bool = true) -> [UInt8] {
        guard !reader.isWellFormed || !keepsMark && !reader.mark.isEmpty else { return Array(reader.raw) }
        var record: [UInt8] = []
        for index in 0..<reader.fieldCount {
            if index > 0 { record.append(delimiter) }
            append(reader, index, delimiter, keepsMark: keepsMark, to: &record)
        }
        return record
    }

    /// The record, padded to a minimum number of fields, followed by extra fields that are not its own.
    static func record(of reader: RecordReader, _ delimiter: UInt8, upTo count: Int, then more: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        guard reader.fieldCount > count else {
            record = Self.record(of: reader, delimiter: delimiter)
            record += repeatElement(delimiter, count: count - reader.fieldCount)
            return record + more
        }
        for index in 0..<reader.fieldCount {
            if index == count { record += more }
            if index > 0 { record.append(delimiter) }
            append(reader, index, delimiter, to: &record)
        }
        return record
    }

    private static func append(
        _ reader: RecordReader,
        _ index: Int,
        _ delimiter: UInt8,
        keepsMark: Bool = true,
        to record: inout [UInt8]
    ) {
        let mark = index == 0 && keepsMark ? Array(reader.mark) : []
        let field = mark + (reader.textBesideQuotes(index) ?? reader.field(index))
        record += field.quotedForCSV(delimiter)
    }
}

/// A cell of our own in a results file, or one that holds Zoom's words.
///
/// A spreadsheet takes a cell that begins with one of `= + - @`, a tab or a line end for a formula; in some languages also
/// with the wide forms of those signs. Such text gets an apostrophe in front, which spreadsheets show as plain text.
struct CSVCell {
    let bytes: [UInt8]

    init(_ text: String, delimiter: UInt8) {
        var text = text
        if let first = text.unicodeScalars.first, Self.formulaStarts.contains(first) { text = "'" + text }
        let plain = Array(text.utf8)
        let needsQuotes = plain.contains { $0 == delimiter || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else {
            bytes = plain
            return
        }
        var quoted: [UInt8] = [0x22]
        for byte in plain {
            if byte == 0x22 { quoted.append(0x22) }
            quoted.append(byte)
        }
        quoted.append(0x22)
        bytes = quoted
    }

    private static let formulaStarts = Set("=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars)
}

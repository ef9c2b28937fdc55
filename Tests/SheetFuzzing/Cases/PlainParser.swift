/// CSV read one byte at a time and all in memory: slow, simple, and made without a look at `RecordReader`, which must
/// agree with it.
package struct PlainParser {
    package struct Record: Equatable, Sendable {
        /// The fields' contents.
        package var fields: [[UInt8]] = []
        /// The line on which it begins.
        package var line = 1
        /// The row that a spreadsheet program gives it.
        package var row = 1
        /// How many lines it takes.
        package var lineCount = 1
        /// Whether every quote stands where RFC 4180 wants it.
        package var isWellFormed = true
    }

    /// The records up to the end, or up to a quote that is never closed.
    package private(set) var records: [Record] = []
    package private(set) var openQuoteLine: Int?

    private enum State { case fieldStart, plain, quoted, afterQuote }

    /// Reads text in UTF-8.
    package init(_ text: [UInt8], delimiter: UInt8) {
        var rest = text[...]
        var line = 1
        var row = Self.statesDelimiter(text) ? 0 : 1
        while !rest.isEmpty, openQuoteLine == nil {
            while rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
            var record = Record(line: line, row: row)
            var field: [UInt8] = []
            var state = State.fieldStart
            var quoteLine = 0
            var isOver = false
            while !isOver {
                guard let byte = rest.popFirst() else {
                    if state == .quoted { openQuoteLine = quoteLine }
                    break
                }
                let isLineEnd = byte == 0x0A || byte == 0x0D
                switch state {
                case .quoted:
                    if byte == 0x22 {
                        if rest.first == 0x22 {
                            field.append(0x22)
                            rest = rest.dropFirst()
                        } else {
                            state = .afterQuote
                        }
                    } else {
                        field.append(byte)
                        if byte == 0x0A || byte == 0x0D && rest.first != 0x0A { record.lineCount += 1 }
                    }
                case _ where isLineEnd:
                    if byte == 0x0D, rest.first == 0x0A { rest = rest.dropFirst() }
                    isOver = true
                case _ where byte == delimiter:
                    record.fields.append(field)
                    field = []
                    state = .fieldStart
                case .fieldStart where byte == 0x22:
                    state = .quoted
                    quoteLine = line + record.lineCount - 1
                case .fieldStart, .plain:
                    state = .plain
                    if byte == 0x22 { record.isWellFormed = false }
                    field.append(byte)
                case .afterQuote:
                    record.isWellFormed = false
                    field.append(byte)
                }
            }
            record.fields.append(field)
            if openQuoteLine == nil { records.append(record) }
            line += record.lineCount
            row += 1
        }
    }

    /// Whether the text begins with a line such as `sep=;`, which spreadsheet programs obey and do not show.
    private static func statesDelimiter(_ text: [UInt8]) -> Bool {
        let beginning = String(decoding: text.prefix(32), as: UTF8.self).drop { $0 == "\"" || $0 == "\u{FEFF}" }
            .lowercased()
        return [",", ";", "\t", "|"].contains { beginning.hasPrefix("sep=\($0)") }
    }
}

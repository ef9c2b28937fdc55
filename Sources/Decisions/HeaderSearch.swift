import Spreadsheet

/// Finds the header and, from it, the delimiter: the first of the leading records that names the columns a decision
/// needs. Whatever is above it is a title; a file in which the title reads like a decision is refused.
struct HeaderSearch {
    private(set) var header: Header
    /// What to say about the columns.
    private(set) var notices: [SheetNotice] = []
    /// Which columns are read.
    private(set) var summary = ""
    let delimiter: UInt8
    let record: [UInt8]
    let place: RowPlace
    /// How many records come before the first row, the header included.
    let skipped: Int
    /// Whether anything but a line that states the delimiter is above it.
    let hasTitle: Bool

    /// How many records to look at. Zoom's registration report has its header on line 6.
    private static let depth = 30

    init(_ source: SpreadsheetSource, scan: SourceScan, options: SheetOptions) throws(SpreadsheetError) {
        var best: HeaderSearch?
        var first: SpreadsheetError?
        let candidates = try Self.candidates(source, scan)
        for delimiter in candidates {
            do {
                let found = try Self.best(source, scan, delimiter, options)
                if let found, Self.isLikelier(found.header, at: found.place.line, than: best) { best = found }
            } catch {
                // A wrong delimiter can make a quote seem unclosed; the right one shows whether it is.
                first = first ?? error
            }
        }
        guard var best else {
            throw first ?? SpreadsheetError(name: source.name, "There is no row in the file, not even a header.")
        }
        let reading = ColumnReading(
            names: best.header.names,
            title: best.titleLines(source, scan),
            sample: ColumnSample(source, scan: scan, delimiter: best.delimiter, skipped: best.skipped),
            options: options
        )
        if let fault = reading.fault { throw SpreadsheetError(name: source.name, place: best.place, fault) }
        if best.hasTitle {
            // A table above may use another delimiter.
            for delimiter in candidates { try best.refuseRowsAbove(source, scan, delimiter, words: options.words) }
        }
        best.header = reading.header
        best.notices = reading.notices
        best.summary = reading.summary
        self = best
    }

    /// The lines above the header.
    private func titleLines(_ source: SpreadsheetSource, _ scan: SourceScan) -> [TitleBlock.Line] {
        guard hasTitle else { return [] }
        let reader = RecordReader(source, scan: scan, delimiter: delimiter, chunkSize: 1 << 16)
        var lines: [TitleBlock.Line] = []
        while (try? reader.advance()) == true, reader.line < place.line {
            guard !reader.isBlank else { continue }
            let cells = (0..<reader.fieldCount).map { Cell(reader.field($0)).visibleText }
            lines.append(TitleBlock.Line(row: reader.row, cells: cells))
        }
        return lines
    }

    private init(header: Header, delimiter: UInt8, record: [UInt8], place: RowPlace, skipped: Int, hasTitle: Bool) {
        self.header = header
        self.delimiter = delimiter
        self.record = record
        self.place = place
        self.skipped = skipped
        self.hasTitle = hasTitle
    }

    /// Checks that nothing above the header decides: a sheet sorted together with its header, or a table above with
    /// other column names, would otherwise be lost silently.
    private func refuseRowsAbove(
        _ source: SpreadsheetSource,
        _ scan: SourceScan,
        _ delimiter: UInt8,
        words: ActionWords
    ) throws(SpreadsheetError) {
        let reader = RecordReader(source, scan: scan, delimiter: delimiter, chunkSize: 1 << 16)
        // If a wrong delimiter makes a quote seem unclosed, nothing after it is of use.
        while (try? reader.advance()) == true, reader.line < place.line {
            guard Self.decides(reader, words) else { continue }
            throw SpreadsheetError(
                name: source.name,
                place: reader.place,
                """
                This reads like a row that decides, but the header that names the columns is below it, in \(place), so it \
                would not count. Move the header to the top; or, if another table ends here, put each table into a file \
                of its own. Nothing of this one was taken.
                """
            )
        }
    }

    /// Whether a record is more than a title: at least two of a meeting's number, an address and an action, each alone
    /// in its cell. Many titles hold one by itself; but an action beside two other cells is not a title, since the
    /// meeting's number may be ruined and the registrant named by id.
    private static func decides(_ reader: RecordReader, _ words: ActionWords) -> Bool {
        var signs: Set<Column> = []
        var filled = 0
        for index in 0..<reader.fieldCount {
            let cell = Cell(reader.field(index))
            let word = cell.visibleText
            if word.isEmpty { continue }
            filled += 1
            if words.meaning(of: word)?.action != nil {
                signs.insert(.action)
            } else if case .success = NumberRule.meeting(cell, subject: .meeting, column: "") {
                signs.insert(.meeting)
            } else if RegistrantRule.isAddress(cell) {
                signs.insert(.email)
            }
            if signs.count == 2 || filled >= 3 && signs.contains(.action) { return true }
        }
        return false
    }

    /// Whether to take a record for the header, or to show it as what was found, instead of another. If neither has a
    /// known name, several cells look more like names than one, and upper records more than lower ones.
    private static func isLikelier(_ header: Header, at line: Int, than other: HeaderSearch?) -> Bool {
        guard let other else { return true }
        guard header.score == 0, other.header.score == 0 else { return header.score > other.header.score }
        guard header.names.count > 1, other.header.names.count > 1 else {
            return header.names.count > other.header.names.count
        }
        return line < other.place.line
    }

    /// The delimiters to try: the one that a `sep=` line states, or all.
    private static func candidates(_ source: SpreadsheetSource, _ scan: SourceScan) throws(SpreadsheetError) -> [UInt8]
    {
        let reader = RecordReader(source, scan: scan, delimiter: 0x1F, chunkSize: 4096)
        guard (try? reader.advance()) == true else { return Delimiter.all }
        return Delimiter.stated(by: reader.raw).map { [$0] } ?? Delimiter.all
    }

    private static func best(
        _ source: SpreadsheetSource,
        _ scan: SourceScan,
        _ delimiter: UInt8,
        _ options: SheetOptions
    ) throws(SpreadsheetError) -> HeaderSearch? {
        let reader = RecordReader(source, scan: scan, delimiter: delimiter, chunkSize: 1 << 16)
        var best: HeaderSearch?
        var number = 0
        var hasTitle = false
        while number < depth, try reader.advance() {
            number += 1
            guard !reader.isBlank else { continue }
            if number == 1, Delimiter.stated(by: reader.raw) != nil { continue }
            defer { hasTitle = true }
            let names = (0..<reader.fieldCount).map { Cell(reader.field($0)).visibleText }
            let map = options.applied(to: names).map
            var header = Header(names, map: map)
            for (column, text) in options.given {
                header.shared[column] = Header.Shared(text: text, row: nil, title: column.title)
            }
            guard isLikelier(header, at: reader.line, than: best) else { continue }
            best = HeaderSearch(
                header: header,
                delimiter: delimiter,
                record: WellFormed.record(of: reader, delimiter: delimiter, keepsMark: false),
                place: reader.place,
                skipped: number,
                hasTitle: hasTitle
            )
            if header.isUsable(map: map) { break }
        }
        return best
    }
}

/// Finds rows whose delimiter differs from the header's, as when the sheets of two programs are concatenated: such a
/// row is one long cell without an action, and would pass for one that decides nothing.
struct OtherDelimiter {
    let header: Header
    let delimiter: UInt8
    let words: ActionWords

    /// What is wrong with a record that has no action; nil if it has its cells, or is a remark.
    func problem(_ reader: RecordReader) -> Problem? {
        guard reader.fieldCount < header.names.count || hasOneCell(reader) else { return nil }
        for other in Delimiter.all where other != delimiter && reader.raw.contains(other) {
            let cells = cells(reader, between: other)
            // A remark may have commas too, but neither as many cells as the header nor anything that only a decision
            // has.
            guard cells.count >= 3, cells.count(where: { !$0.isEmpty }) > 1,
                cells.count == header.names.count || cells.contains(where: isTelling)
            else { continue }
            return Problem(
                .otherDelimiter,
                column: nil,
                found: nil,
                advice: """
                    A \(Delimiter.name(other)) separates the cells of this row, but a \(Delimiter.name(delimiter)) those of the \
                    header. Separate all rows by the same character; or put these rows into a file of their own, with a header.
                    """
            )
        }
        return nil
    }

    private func hasOneCell(_ reader: RecordReader) -> Bool {
        var filled = 0
        for index in 0..<reader.fieldCount where !Cell(reader.field(index)).isBlank {
            filled += 1
            if filled > 1 { return false }
        }
        return filled == 1
    }

    /// The cells if another character separates them.
    private func cells(_ reader: RecordReader, between other: UInt8) -> [[UInt8]] {
        var text: [UInt8] = []
        var isEmptySince = 0
        for index in 0..<reader.fieldCount {
            if index > 0 { text.append(delimiter) }
            let field = reader.field(index)
            text.append(contentsOf: field)
            if !field.isEmpty { isEmptySince = text.count }
        }
        // Empty cells at the end come from a program that pads all rows to the header's length.
        return text[..<isEmptySince].split(separator: other, omittingEmptySubsequences: false).map { bytes in
            // Only the content of a quoted cell matters here.
            Array(bytes.first == 0x22 && bytes.last == 0x22 && bytes.count > 1 ? bytes.dropFirst().dropLast() : bytes)
        }
    }

    /// Whether a cell is an action, an address or a meeting's number, which remarks do not consist of.
    private func isTelling(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            let cell = Cell(bytes)
            if words.action(cell) != nil || RegistrantRule.isAddress(cell) { return true }
            if case .success = NumberRule.meeting(cell, subject: .meeting, column: "") { return true }
            return false
        }
    }
}

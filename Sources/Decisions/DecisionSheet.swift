import Files
package import Spreadsheet

/// A spreadsheet of decisions: its header is parsed, and its rows can be read repeatedly, each time the same.
package final class DecisionSheet {
    package let source: SpreadsheetSource
    package let encoding: TextEncoding
    /// The byte between fields.
    package let delimiter: UInt8
    package let header: Header
    /// The header as well-formed UTF-8 CSV without its line end, with a name for each value that all rows share: so the
    /// rows can be read without the title or the command line that gave it.
    package let headerRecord: [UInt8]
    package let headerFields: Int
    /// What the shared values add to each record.
    private let sharedFields: [UInt8]
    /// How to read the file where its bytes are ambiguous, as far as that applies to it.
    package let options: SheetOptions
    /// What to say about the file as a whole, most serious first.
    package let remarks: [SheetNotice]
    /// Which columns are read as what.
    package let columns: String
    /// The targets seen so far, in the order of their first row.
    package var targets: [Target] { index.targets }

    let scan: SourceScan
    let skipped: Int
    /// Where each column is, by `Column.place`.
    private let places: [Int?]
    /// The places of the columns that decide about a target.
    private let targetPlaces: [Int]
    /// Where an earlier results file put the cells beyond the header.
    private let beyondPlaces: [Int]
    private var index = TargetIndex()
    private var cells: [UInt8] = []
    private var lastFailure: (cells: [UInt8], problems: Problems)?
    /// The cells of a target whose number was wrapped, so that each row with it says so.
    private var lastDressed: (cells: [UInt8], target: Int, notice: String)?
    private var words: ActionWords { options.words }
    private let hasOwnWords: Bool
    /// Replaces the cells of a column that all rows share or that is missing, by `Column.place`.
    private let shared: [Cell]
    private let wantsZoomsIDs: Bool

    /// Finds the header.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - scan: The result of a first pass over it.
    ///   - options: How to read it.
    /// - Throws: `SpreadsheetError` if there is no usable header.
    package init(_ source: SpreadsheetSource, scan: SourceScan, options: SheetOptions) throws(SpreadsheetError) {
        let scan = try scan.settled(options.charset, name: source.name)
        let found = try HeaderSearch(source, scan: scan, options: options)
        self.source = source
        self.scan = scan
        var applied = options.applied(to: found.header.names)
        if [.utf8, .utf16BigEndian, .utf16LittleEndian].contains(scan.encoding) { applied.charset = nil }
        self.options = applied
        encoding = scan.encoding
        delimiter = found.delimiter
        header = found.header
        let sharedColumns = Column.allCases.filter { found.header.shared[$0] != nil }
        headerRecord = found.record + sharedColumns.flatMap { [found.delimiter] + Array($0.title.utf8) }
        headerFields = found.header.names.count + sharedColumns.count
        sharedFields = sharedColumns.flatMap { [found.delimiter] + Array((found.header.shared[$0]?.text ?? "").utf8) }
        skipped = found.skipped
        places = Column.allCases.map { found.header.places[$0] }
        targetPlaces = TargetRule.columns.compactMap { found.header.places[$0] }
        beyondPlaces = found.header.names.indices.filter { found.header.names[$0] == ResultsFormat.beyondHeader }
        hasOwnWords = !options.words.isEmpty
        wantsZoomsIDs = found.header.wantsZoomsIDs
        shared = Column.allCases.map { Cell(copying: found.header.shared[$0]?.text ?? "") }
        columns = found.summary
        var remarks = found.notices
        if case .named(let charset) = scan.encoding {
            remarks.append(SheetNotice(.remark, "The file was read as \(charset.name) (--charset)."))
        }
        if scan.encoding == .windows1252 {
            remarks.append(
                SheetNotice(
                    .remark,
                    "The file is not UTF-8 and was read as Windows-1252: check that names display correctly."
                )
            )
        }
        if found.hasTitle {
            remarks.append(
                SheetNotice(
                    .remark,
                    "The header was found in \(found.place); what is above it was taken for a title."
                )
            )
        }
        self.remarks = remarks
    }

    /// What to say about the file as a whole, a sentence or two each: first what may be wrong, then which columns are
    /// read, then the rest.
    package var notices: [String] {
        remarks.filter { $0.level != .remark }.map(\.text) + [columns]
            + remarks.filter { $0.level == .remark }.map(\.text)
    }

    /// The key of a registrant of the target at an index, by id or by email.
    @inline(__always)
    func key(_ field: RegistrantKey.Field, _ value: UnsafeBufferPointer<UInt8>, target: Int) -> RegistrantKey {
        RegistrantKey(field, value, of: index.keys[target])
    }

    /// The prefix of the keys of a target's registrants.
    func key(of target: Int) -> RegistrantKey { index.keys[target] }

    /// Whether a target is a meeting or webinar with all its occurrences.
    @inline(__always)
    func isWhole(_ target: Int) -> Bool { index.keys[target] == index.wholeKeys[target] }

    /// The same for the meeting or webinar with all its occurrences.
    package func wholeKey(_ target: Int) -> RegistrantKey { index.wholeKeys[target] }

    /// Passes on every row in file order. Memory does not grow with the file.
    ///
    /// - Throws: `SpreadsheetError` if the file can't be read to its end, or what `body` throws.
    package func forEachRow(chunkSize: Int = 1 << 18, _ body: (DecisionRow) throws -> Void) throws {
        let reader = RecordReader(source, scan: scan, delimiter: delimiter, chunkSize: chunkSize)
        for _ in 0..<skipped { _ = try reader.advance() }
        var number = 0
        while try reader.advance() {
            guard !reader.isBlank, let reading = try read(reader) else { continue }
            number += 1
            if !sharedFields.isEmpty {
                let fields = max(reader.fieldCount, header.names.count) - header.names.count + headerFields
                let record = WellFormed.record(of: reader, delimiter, upTo: header.names.count, then: sharedFields)
                try record.withUnsafeBytes { record in
                    try body(DecisionRow(reading, number: number, reader, record: record, fields))
                }
            } else if reader.isWellFormed {
                let record = UnsafeRawBufferPointer(reader.raw)
                try body(DecisionRow(reading, number: number, reader, record: record))
            } else {
                try WellFormed.record(of: reader, delimiter: delimiter).withUnsafeBytes { record in
                    try body(DecisionRow(reading, number: number, reader, record: record))
                }
            }
        }
    }

    /// What a row's cells say.
    package func text(of row: DecisionRow) -> RowText { textColumns.text(of: row.record) }

    // MARK: One row

    /// Reads the reader's current record; nil if it is not a row.
    private func read(_ reader: RecordReader) throws(SpreadsheetError) -> ParsedRow? {
        let registrant = cell(.registrant, of: reader)
        let email = cell(.email, of: reader)
        let action = cell(.action, of: reader)
        var reading = ParsedRow(.noDecision(.emptyAction), registrant: registrant.bytes, email: email.bytes)
        let isLong = reader.fieldCount > header.names.count
        if isLong, marginalia.isFollowedByOtherTable(reader) { throw otherTable(reader) }
        let excess = isLong || !beyondPlaces.isEmpty ? tooManyCells(reader) : nil
        if !reader.isWellFormed, reader.lineCount > 1 {
            reading.verdict = .rejected([brokenQuotes(reader)])
        } else if !reader.isWellFormed, let broken = brokenCells(reader) {
            reading.verdict = .rejected(broken)
        } else if let excess {
            // Any cell may be under another column's name. Only records that are not rows do not depend on that.
            reading.verdict = .rejected([excess])
            return mayBeMarginal(action) ? try marginal(reader, else: reading) : reading
        } else if action.isBlank {
            guard let problem = otherDelimiter.problem(reader) else {
                // A registrant named twice in it is known by both names from now on.
                if reading.namesTwice, case .success(let target) = target(reader) { reading.target = target }
                return try marginal(reader, else: reading)
            }
            reading.verdict = .rejected([problem])
        } else if let action = known(action), let target = knownTarget(reader),
            !registrant.isEmpty || !email.isEmpty,
            registrant.isEmpty || isID(registrant),
            email.isEmpty || (email.isASCII && RegistrantRule.isEmail(email.bytes))
        {
            reading.verdict = .decision(target: target, action)
        } else if words.meaning(of: action.visibleText) == .pending {
            reading.verdict = .noDecision(.pending)
        } else {
            // The slow path: something is new, wrong, or needs trimming.
            lastDressing = nil
            let careful = RowValidator(
                header: header,
                words: words,
                action: action,
                registrant: registrant,
                email: email,
                target: { self.target(reader) }
            )
            reading.notice = [careful.notice, lastDressing].compactMap(\.self).joined(separator: "; ").nilIfEmpty
            if let kept = careful.mendedEmail { reading.email = keep(kept, in: &mendedEmail) }
            if let kept = careful.mendedRegistrant { reading.registrant = keep(kept, in: &mendedRegistrant) }
            reading.target = careful.target
            guard careful.problems.isEmpty, let action = careful.action, let target = careful.target else {
                reading.verdict = .rejected(careful.problems)
                return mayBeMarginal(action) ? try marginal(reader, else: reading) : reading
            }
            reading.verdict = .decision(target: target, action)
        }
        return reading
    }

    /// Reads a record that may not be a row at all.
    private func marginal(_ reader: RecordReader, else reading: ParsedRow) throws(SpreadsheetError) -> ParsedRow? {
        switch marginalia.kind(of: reader) {
        case .row: return reading
        case .empty: return nil
        case .noDecision(let why):
            var reading = reading
            reading.verdict = .noDecision(why)
            return reading
        case .otherTable: throw otherTable(reader)
        }
    }

    /// The action that a cell names with a known word.
    @inline(__always)
    private func known(_ action: Cell) -> Action? {
        Action(word: action.bytes) ?? (hasOwnWords ? words.action(action) : nil)
    }

    @inline(__always)
    private func isID(_ registrant: Cell) -> Bool {
        RegistrantRule.isZoomsID(registrant.bytes)
            || !wantsZoomsIDs && RegistrantRule.isRegistrantID(registrant.bytes)
    }

    /// Whether a record that can't be sent may not be a row at all: one with a valid action always is.
    private func mayBeMarginal(_ action: Cell) -> Bool {
        header.shared[.action] != nil || words.meaning(of: action.visibleText)?.action == nil
    }

    /// What was removed from the target of the current row.
    private var lastDressing: String?

    private lazy var otherDelimiter = OtherDelimiter(header: header, delimiter: delimiter, words: words)
    private lazy var textColumns = RowTextColumns(header, delimiter: delimiter)
    private lazy var marginalia = NonDataRow(header: header, map: options.map)

    private func otherTable(_ reader: RecordReader) -> SpreadsheetError {
        SpreadsheetError(
            name: source.name,
            place: reader.place,
            """
            Another table begins here, and its columns are in other places than those of the table above, so its rows can't \
            be told from it for certain. Put each table into a file of its own. Nothing of this one was taken.
            """
        )
    }

    /// What is wrong with a record that extends beyond the header; nil if only empty cells do.
    private func tooManyCells(_ reader: RecordReader) -> Problem? {
        func isFilled(_ place: Int) -> Bool { !cell(at: place, of: reader).isBlank }
        var columns = header.names.count
        var last = (columns..<max(columns, reader.fieldCount)).last(where: isFilled)
        if last == nil, let first = beyondPlaces.first {
            columns = first
            last = beyondPlaces.last(where: isFilled)
        }
        guard let last else { return nil }
        return Problem(
            .tooManyCells,
            column: nil,
            found: nil,
            advice: """
                The row has \(last + 1) cells, but the header has \(columns) columns, so its cells may be under the wrong \
                names. A \(Delimiter.name(delimiter)) in a cell must be in quotation marks; and a column that is meant needs a name in the header.
                """
        )
    }

    private func brokenQuotes(_ reader: RecordReader) -> Problem {
        Problem(
            .brokenQuotes,
            column: nil,
            found: nil,
            advice: """
                A quotation mark (") is in the wrong place in this row, which therefore runs on to line \
                \(reader.line + reader.lineCount - 1) of the file and may have swallowed other rows. Correct the quotation marks.
                """
        )
    }

    /// What is wrong with the cells of a row in which a quote closes a cell before its end; nil if nothing is. The text
    /// after the quote may belong to that cell, to another, or to none; even in a column that is not read, the cell may
    /// have swallowed others.
    private func brokenCells(_ reader: RecordReader) -> [Problem]? {
        let problems = (0..<reader.fieldCount).compactMap { place -> Problem? in
            guard let text = reader.textBesideQuotes(place) else { return nil }
            let name = place < header.names.count ? header.names[place] : ""
            return Problem(
                .brokenQuotes,
                column: name.isEmpty ? nil : name.excerpt(),
                found: Cell(text).visibleText.excerpt(),
                advice: """
                    has text behind the quotation mark (") that closes the cell, so what the cell says is not certain. Write the \
                    cell again, and correct the quotation marks.
                    """
            )
        }
        return problems.isEmpty ? nil : problems
    }

    /// Holds corrected values until the next such row. The first one allocates it: if `init` throws, `deinit` does not
    /// run.
    private var mendedEmail = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
    private var mendedRegistrant = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

    deinit {
        for cell in shared { cell.bytes.deallocate() }
        mendedEmail.deallocate()
        mendedRegistrant.deallocate()
    }

    private func keep(_ text: String, in buffer: inout UnsafeMutableBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>
    {
        // Even for empty text: readers need an address.
        if buffer.baseAddress == nil || buffer.count < text.utf8.count {
            buffer.deallocate()
            buffer = .allocate(capacity: max(256, text.utf8.count))
        }
        _ = buffer.update(fromContentsOf: text.utf8)
        return UnsafeBufferPointer(rebasing: buffer[..<text.utf8.count])
    }

    @inline(__always)
    private func cell(_ column: Column, of reader: RecordReader) -> Cell {
        guard let place = places[column.place] else { return shared[column.place] }
        return cell(at: place, of: reader)
    }

    @inline(__always)
    private func cell(at place: Int, of reader: RecordReader) -> Cell {
        guard place < reader.fieldCount else { return Cell(UnsafeBufferPointer(start: nil, count: 0)) }
        return Cell(reader.field(place))
    }

    /// The target that identical cells meant in an earlier row.
    @inline(__always)
    private func knownTarget(_ reader: RecordReader) -> Int? {
        // A local while it is filled: each access to a changing class property costs as much as a cell.
        var cells: [UInt8] = []
        swap(&cells, &self.cells)
        cells.removeAll(keepingCapacity: true)
        for place in targetPlaces {
            cells.append(contentsOf: cell(at: place, of: reader).bytes)
            // No valid cell can hold this byte.
            cells.append(0xFF)
        }
        let known = index.find(cells, hash: TargetIndex.hash(cells))
        swap(&cells, &self.cells)
        return known
    }

    private func target(_ reader: RecordReader) -> Result<Int, Problems> {
        if let known = knownTarget(reader) { return .success(known) }
        // The same damage tends to fill a whole column.
        if let lastFailure, lastFailure.cells == cells { return .failure(lastFailure.problems) }
        if let lastDressed, lastDressed.cells == cells {
            lastDressing = lastDressed.notice
            return .success(lastDressed.target)
        }
        let rule = TargetRule(header: header, options: options)
        switch rule.read({ cell($0, of: reader) }) {
        case .success(let target):
            guard let notice = rule.dressing({ cell($0, of: reader) }) else {
                return .success(index.add(target, cells: cells, hash: TargetIndex.hash(cells)))
            }
            let number = index.number(of: target)
            lastDressed = (cells, number, notice)
            lastDressing = notice
            return .success(number)
        case .failure(let problems):
            lastFailure = (cells, problems)
            return .failure(problems)
        }
    }
}

extension Column {
    /// Its place among all cases.
    @inline(__always)
    var place: Int {
        switch self {
        case .meeting: 0
        case .webinar: 1
        case .occurrence: 2
        case .registrant: 3
        case .email: 4
        case .action: 5
        case .type: 6
        case .account: 7
        }
    }
}

extension DecisionSheet {
    /// Passes on every row in file order, with what another row of the file means for it; nil if nothing. Reads the file
    /// twice.
    ///
    /// - Throws: `SpreadsheetError` if the file can't be read to its end, before any row is passed on; or what `body`
    ///   throws.
    package func forEachSettledRow(_ body: (DecisionRow, DuplicateFinder.Overlap?) throws -> Void) throws {
        var finder = DuplicateFinder()
        try forEachRow { row in try finder.add(row, of: self) }
        try forEachRow(with: finder.finish(policy: options.onConflict) { _, _ in }, body)
    }

    /// Adds up every row in file order, with what another row of the file means for it; nil if nothing. Reads the file
    /// twice only if that is anything for any row.
    ///
    /// - Parameter start: The sum before the first row.
    /// - Throws: `SpreadsheetError` if the file can't be read to its end, or what `add` throws.
    package func settled<Sum>(
        from start: Sum,
        _ add: (inout Sum, DecisionRow, DuplicateFinder.Overlap?) throws -> Void
    ) throws -> Sum {
        var finder = DuplicateFinder()
        var sum = start
        try forEachRow { row in
            try finder.add(row, of: self)
            try add(&sum, row, nil)
        }
        let overlaps = try finder.finish(policy: options.onConflict) { _, _ in }
        guard !overlaps.isEmpty else { return sum }
        sum = start
        try forEachRow(with: overlaps) { row, overlap in try add(&sum, row, overlap) }
        return sum
    }

    private func forEachRow(
        with overlaps: [DuplicateFinder.Overlap],
        _ body: (DecisionRow, DuplicateFinder.Overlap?) throws -> Void
    ) throws {
        var rest = overlaps[...]
        try forEachRow { row in
            let isOverlapping = rest.first?.row == row.number
            try body(row, isOverlapping ? rest.popFirst() : nil)
        }
    }
}

public import Spreadsheet

/// A spreadsheet of decisions: its header understood, its rows ready to be read, as often as needed and each time the same.
public final class DecisionSheet {
    /// The file.
    public let source: SpreadsheetSource
    /// How its characters are encoded.
    public let encoding: TextEncoding
    /// The byte between fields.
    public let delimiter: UInt8
    /// The columns.
    public let header: Header
    /// The header as well-formed UTF-8 CSV without its line end.
    public let headerRecord: [UInt8]
    /// How the file is read where its bytes leave it open, as that comes to bear on it.
    public let options: SheetOptions
    /// What there is to say about the file as a whole, a sentence each.
    public let notices: [String]
    /// The targets seen so far, in the order of their first row.
    public var targets: [Target] { index.targets }

    private let scan: SourceScan
    private let skipped: Int
    private var index = TargetIndex()
    private var cells: [UInt8] = []

    /// Finds the header.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - scan: What a first look over it told.
    ///   - options: How to read it.
    /// - Throws: `SpreadsheetError` where there is no usable header.
    public init(_ source: SpreadsheetSource, scan: SourceScan, options: SheetOptions) throws(SpreadsheetError) {
        let found = try HeaderSearch(source, scan: scan, options: options)
        self.source = source
        self.scan = scan
        self.options = options.applied(to: found.header.names)
        encoding = scan.encoding
        delimiter = found.delimiter
        header = found.header
        headerRecord = found.record
        skipped = found.skipped
        var notices: [String] = []
        if scan.encoding == .windows1252 {
            notices.append("The file is not UTF-8 and was read as Windows-1252: look whether names show rightly.")
        }
        if found.line > 1 {
            notices.append("The header was found on line \(found.line); what stands above it was taken for a title.")
        }
        self.notices = notices
    }

    /// The key of a registrant of the target with an index, by id or by email.
    @inline(__always)
    func key(_ field: RegistrantKey.Field, _ value: UnsafeBufferPointer<UInt8>, target: Int) -> RegistrantKey {
        RegistrantKey(field, value, of: index.keys[target])
    }

    /// Hands out every row in file order. Memory does not grow with the file.
    ///
    /// - Throws: `SpreadsheetError` where the file can't be read to its end, or what `body` throws.
    public func forEachRow(chunkSize: Int = 1 << 18, _ body: (DecisionRow) throws -> Void) throws {
        let reader = RecordReader(source, scan: scan, delimiter: delimiter, chunkSize: chunkSize)
        for _ in 0..<skipped { _ = try reader.advance() }
        var number = 0
        while try reader.advance() {
            guard !reader.isBlank else { continue }
            number += 1
            if reader.isWellFormed {
                try body(row(number, of: reader, record: UnsafeRawBufferPointer(reader.raw)))
            } else {
                try WellFormed.record(of: reader, delimiter: delimiter).withUnsafeBytes { record in
                    try body(row(number, of: reader, record: record))
                }
            }
        }
    }

    // MARK: One row

    private func row(_ number: Int, of reader: RecordReader, record: UnsafeRawBufferPointer) -> DecisionRow {
        let registrantCell = cell(.registrant, of: reader)
        let emailCell = cell(.email, of: reader)
        let actionCell = cell(.action, of: reader)
        var registrant = registrantCell.bytes
        var email = emailCell.bytes
        var notice: String?
        let verdict: DecisionRow.Verdict
        if actionCell.isEmpty || (!actionCell.isPlain && actionCell.visibleText.isEmpty) {
            verdict = .noDecision
        } else if let action = Action(word: actionCell.bytes), let target = knownTarget(reader),
            !registrant.isEmpty || !email.isEmpty, registrant.isEmpty || RegistrantRule.isRegistrantID(registrant),
            email.isEmpty || RegistrantRule.isEmail(email), email.isEmpty || emailCell.isPlain
        {
            verdict = .decision(target: target, action)
        } else {
            // The slow path: something is new, wrong, or in need of trimming.
            let careful = CarefulRow(
                reader: reader,
                header: header,
                action: actionCell,
                registrant: registrantCell,
                email: emailCell,
                target: { self.target(reader) }
            )
            notice = careful.notice
            if let kept = careful.mendedEmail { email = keep(kept, in: &mendedEmail) }
            if let kept = careful.mendedRegistrant { registrant = keep(kept, in: &mendedRegistrant) }
            if careful.problems.isEmpty, let action = careful.action, let target = careful.target {
                verdict = .decision(target: target, action)
            } else {
                verdict = .rejected(careful.problems)
            }
        }
        return DecisionRow(
            number: number,
            line: reader.line,
            record: record,
            fields: reader.fieldCount,
            verdict: verdict,
            registrant: registrant,
            email: email,
            notice: notice
        )
    }

    /// Values that had to be mended live here until the next such row.
    private var mendedEmail = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256)
    private var mendedRegistrant = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256)

    deinit {
        mendedEmail.deallocate()
        mendedRegistrant.deallocate()
    }

    private func keep(_ text: String, in buffer: inout UnsafeMutableBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>
    {
        if buffer.count < text.utf8.count {
            buffer.deallocate()
            buffer = .allocate(capacity: text.utf8.count)
        }
        _ = buffer.update(fromContentsOf: text.utf8)
        return UnsafeBufferPointer(rebasing: buffer[..<text.utf8.count])
    }

    @inline(__always)
    private func cell(_ column: Column, of reader: RecordReader) -> Cell {
        guard let place = places[column.place], place < reader.fieldCount else {
            return Cell(UnsafeBufferPointer(start: nil, count: 0))
        }
        return Cell(reader.field(place))
    }

    private lazy var places: [Int?] = Column.allCases.map { header.places[$0] }

    /// The target that the very same cells stood for in an earlier row.
    @inline(__always)
    private func knownTarget(_ reader: RecordReader) -> Int? {
        cells.removeAll(keepingCapacity: true)
        for column in TargetRule.columns {
            let bytes = cell(column, of: reader).bytes
            cells.append(contentsOf: bytes)
            // No cell can hold this byte and be valid.
            cells.append(0xFF)
        }
        return index.find(cells, hash: TargetIndex.hash(cells))
    }

    private func target(_ reader: RecordReader) -> Result<Int, Problems> {
        if let known = knownTarget(reader) { return .success(known) }
        let rule = TargetRule(header: header, options: options)
        return rule.read { cell($0, of: reader) }.map { index.add($0, cells: cells, hash: TargetIndex.hash(cells)) }
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

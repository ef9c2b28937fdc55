internal import Spreadsheet

/// Finds the header and, by it, the delimiter: the first record among the leading ones that names the columns a decision
/// needs. What stands above it is a title.
struct HeaderSearch {
    let header: Header
    let delimiter: UInt8
    let record: [UInt8]
    let line: Int
    /// How many records come before the first row, the header included.
    let skipped: Int

    /// How many records are looked at. Zoom's registration report has its header on line 6.
    private static let depth = 30

    init(_ source: SpreadsheetSource, scan: SourceScan, options: SheetOptions) throws(SpreadsheetError) {
        var best: HeaderSearch?
        var first: SpreadsheetError?
        for delimiter in try Self.candidates(source, scan) {
            do {
                let found = try Self.best(source, scan, delimiter, options)
                if let found, found.header.score > best?.header.score ?? -1 { best = found }
            } catch {
                // A wrong delimiter can make a quote seem unclosed; the right one shows whether it is.
                first = first ?? error
            }
        }
        guard let best else {
            throw first ?? SpreadsheetError(name: source.name, "There is no row in the file, not even a header.")
        }
        if let fault = best.header.fault(map: options.applied(to: best.header.names).map) {
            throw SpreadsheetError(name: source.name, line: best.line, "This is no usable header: \(fault)")
        }
        self = best
    }

    private init(header: Header, delimiter: UInt8, record: [UInt8], line: Int, skipped: Int) {
        self.header = header
        self.delimiter = delimiter
        self.record = record
        self.line = line
        self.skipped = skipped
    }

    /// The delimiters to try: the one that a `sep=` line states, or all.
    private static func candidates(_ source: SpreadsheetSource, _ scan: SourceScan) throws(SpreadsheetError) -> [UInt8]
    {
        let reader = RecordReader(source, scan: scan, delimiter: 0x1F, chunkSize: 4096)
        guard (try? reader.advance()) == true else { return all }
        let line = Array(reader.raw).drop { $0 == 0x22 }
        if line.count >= 5, line.prefix(4).map({ $0 | 0x20 }).elementsEqual("sep=".utf8.map { $0 | 0x20 }) {
            let stated = line[line.startIndex + 4]
            if all.contains(stated) { return [stated] }
        }
        return all
    }

    private static let all: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

    private static func best(
        _ source: SpreadsheetSource,
        _ scan: SourceScan,
        _ delimiter: UInt8,
        _ options: SheetOptions
    ) throws(SpreadsheetError) -> HeaderSearch? {
        let reader = RecordReader(source, scan: scan, delimiter: delimiter, chunkSize: 1 << 16)
        var best: HeaderSearch?
        var number = 0
        while number < depth, try reader.advance() {
            number += 1
            guard !reader.isBlank else { continue }
            let names = (0..<reader.fieldCount).map { Cell(reader.field($0)).visibleText }
            let map = options.applied(to: names).map
            let header = Header(names, map: map)
            guard header.score > best?.header.score ?? -1 else { continue }
            best = HeaderSearch(
                header: header,
                delimiter: delimiter,
                record: WellFormed.record(of: reader, delimiter: delimiter),
                line: reader.line,
                skipped: number
            )
            if header.fault(map: map) == nil { break }
        }
        return best
    }
}

// swift-format-ignore-file: NeverForceUnwrap
// Because: a buffer that holds bytes has an address.

import Decisions
import Glibc
import Spreadsheet

/// What went wrong with a case.
package struct Mismatch: Error, CustomStringConvertible {
    /// In words.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Puts made-up files through the reader and the value rules, and checks what must hold for every file whatever is in it.
package final class SheetCheck {
    private let path: String
    private let descriptor: Int32

    /// Makes the one file that all cases are written to in turn.
    package init() throws {
        var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/usher-fuzz.XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Mismatch("no temporary file could be made") }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Checks one case.
    ///
    /// - Returns: How many rows were decisions.
    /// - Throws: `Mismatch`.
    package func check(_ made: SheetCase) throws -> Int {
        try write(made.bytes)
        do {
            let source = try SpreadsheetSource(path: path)
            let scan = try SourceScan(source)
            try checkReader(made, source, scan)
            return try checkRows(made, source, scan)
        } catch let error as SpreadsheetError {
            // A sentence for a person, never nothing.
            guard error.sentence.count > 10 else { throw Mismatch("an error says no more than \"\(error)\"") }
            return 0
        }
    }

    private func write(_ bytes: [UInt8]) throws {
        let isWritten = bytes.withUnsafeBytes { buffer in
            ftruncate(descriptor, 0) == 0
                && (buffer.isEmpty || pwrite(descriptor, buffer.baseAddress!, buffer.count, 0) == buffer.count)
        }
        guard isWritten else { throw Mismatch("the temporary file could not be written") }
    }

    // MARK: The reader

    private struct Reading: Equatable {
        var records: [PlainParser.Record] = []
        var raw: [[UInt8]] = []
        var errorLine: Int?
    }

    private func read(_ source: SpreadsheetSource, _ scan: SourceScan, _ delimiter: UInt8, chunk: Int) -> Reading {
        let reader = RecordReader(source, scan: scan, delimiter: delimiter, chunkSize: chunk)
        var reading = Reading()
        do {
            while try reader.advance() {
                reading.records.append(
                    PlainParser.Record(
                        fields: (0..<reader.fieldCount).map { Array(reader.field($0)) },
                        line: reader.line,
                        row: reader.row,
                        lineCount: reader.lineCount,
                        isWellFormed: reader.isWellFormed
                    )
                )
                reading.raw.append(Array(reader.raw))
            }
        } catch {
            reading.errorLine = error.place?.line
        }
        return reading
    }

    /// The same records whatever the size of the pieces it is read in, and the same as the plain parser's.
    private func checkReader(_ made: SheetCase, _ source: SpreadsheetSource, _ scan: SourceScan) throws {
        let reading = read(source, scan, made.delimiter, chunk: 1 << 14)
        let chunk = made.seed % 3 == 0 ? 64 : Int(made.seed % 16) + 1
        let other = read(source, scan, made.delimiter, chunk: chunk)
        guard other.records == reading.records, other.raw == reading.raw else {
            throw Mismatch("pieces of \(chunk) bytes give other records")
        }
        guard other.errorLine == reading.errorLine else {
            throw Mismatch(
                "pieces of \(chunk) bytes end at line \(other.errorLine ?? 0), not \(reading.errorLine ?? 0)"
            )
        }
        guard scan.encoding == .utf8 else { return }
        let plain = PlainParser(Array(made.bytes[scan.markLength...]), delimiter: made.delimiter)
        guard plain.records == reading.records else { throw Mismatch("the plain parser gives other records") }
        guard plain.openQuoteLine == reading.errorLine else {
            throw Mismatch("a quote is open at line \(plain.openQuoteLine ?? 0), not \(reading.errorLine ?? 0)")
        }
        for (record, raw) in zip(reading.records, reading.raw) where record.isWellFormed && !raw.isEmpty {
            let alone = PlainParser(raw, delimiter: made.delimiter).records.map(\.fields).map(Self.withoutMark)
            guard alone == [Self.withoutMark(record.fields)] else {
                throw Mismatch("line \(record.line): the record as it stands reads otherwise by itself")
            }
        }
    }

    /// The fields of a record without byte-order marks before the first, which in the record as it stands are within its quotes.
    private static func withoutMark(_ fields: [[UInt8]]) -> [[UInt8]] {
        var fields = fields
        while fields.first?.starts(with: [0xEF, 0xBB, 0xBF]) == true { fields[0].removeFirst(3) }
        return fields
    }

    // MARK: The rows

    private struct Row: Equatable {
        let place: RowPlace
        let record: [UInt8]
        let verdict: String
        let values: [[UInt8]]
    }

    private func checkRows(_ made: SheetCase, _ source: SpreadsheetSource, _ scan: SourceScan) throws -> Int {
        let sheet = try DecisionSheet(source, scan: scan, options: SheetOptions())
        var rows: [Row] = []
        var decisions = 0
        let plain =
            scan.encoding == .utf8
            ? PlainParser(Array(made.bytes[scan.markLength...]), delimiter: sheet.delimiter) : nil
        let places = plain.map { Set($0.records.map { RowPlace(row: $0.row, line: $0.line) }) }
        try sheet.forEachRow(chunkSize: 64) { row in
            if try check(row, of: sheet) { decisions += 1 }
            rows.append(Self.keep(row, of: sheet))
            guard places?.contains(row.place) ?? true else {
                throw Mismatch("\(row.place.inFile) is not where a record begins")
            }
            guard row.number == rows.count else { throw Mismatch("row \(row.number) is the \(rows.count)th") }
        }
        // Every pass must say the same, since the ingest makes two.
        var index = 0
        try sheet.forEachRow { row in
            guard index < rows.count, rows[index] == Self.keep(row, of: sheet) else {
                throw Mismatch("\(row.place.inFile): the second pass says otherwise")
            }
            index += 1
        }
        guard index == rows.count else { throw Mismatch("the second pass has \(index) rows of \(rows.count)") }
        return decisions
    }

    private static func keep(_ row: DecisionRow, of sheet: DecisionSheet) -> Row {
        let verdict =
            switch row.verdict {
            case .decision(let target, let action): "\(action) \(sheet.targets[target])"
            case .noDecision(let why): why.rawValue
            case .rejected(let problems): problems.map(\.reason).joined(separator: "; ")
            }
        return Row(
            place: row.place,
            record: Array(row.record),
            verdict: verdict,
            values: [Array(row.registrant), Array(row.email)]
        )
    }

    /// A decision says nothing that its own cells do not say.
    private func check(_ row: DecisionRow, of sheet: DecisionSheet) throws -> Bool {
        let record = PlainParser(Array(row.record), delimiter: sheet.delimiter)
        guard record.records.count == 1, record.records[0].isWellFormed, record.records[0].fields.count == row.fields
        else { throw Mismatch("\(row.place.inFile): the kept record is not one well-formed record") }
        let fields = record.records[0].fields
        func cell(_ column: Column) -> String {
            guard let place = sheet.header.places[column] else { return sheet.header.shared[column]?.text ?? "" }
            return place < fields.count ? String(decoding: fields[place], as: UTF8.self) : ""
        }
        switch row.verdict {
        case .noDecision: return false
        case .rejected(let problems):
            guard !problems.isEmpty, problems.allSatisfy({ $0.advice.count > 10 }) else {
                throw Mismatch("\(row.place.inFile): rejected without a word why")
            }
            return false
        case .decision(let target, let action):
            let target = sheet.targets[target]
            let written = cell(target.kind == .meeting ? .meeting : .webinar).filter { !$0.isWhitespace }
            let number = (written.hasSuffix(".0") ? String(written.dropLast(2)) : written).unicodeScalars.filter {
                $0.properties.numericType != nil
            }
            guard String(String.UnicodeScalarView(number)) == target.id.description else {
                throw Mismatch("\(row.place.inFile): the meeting is \(target.id), the cell says otherwise")
            }
            if let occurrence = target.occurrence, !Self.visible(cell(.occurrence)).contains(occurrence.description) {
                throw Mismatch("\(row.place.inFile): the occurrence is not the cell's")
            }
            guard cell(.action).lowercased().unicodeScalars.contains(where: { $0.properties.isAlphabetic }) else {
                throw Mismatch("\(row.place.inFile): \(action) came from a cell without letters")
            }
            guard sheet.header.status == nil || sheet.header.places[.action] != sheet.header.status else {
                throw Mismatch("\(row.place.inFile): Zoom's status was taken for a decision")
            }
            try check(row.registrant, from: cell(.registrant), "registrant", row.place)
            try check(row.email, from: cell(.email), "email", row.place)
            guard !row.registrant.isEmpty || !row.email.isEmpty else {
                throw Mismatch("\(row.place.inFile): a decision about nobody")
            }
            return true
        }
    }

    private func check(_ value: UnsafeBufferPointer<UInt8>, from cell: String, _ what: String, _ place: RowPlace) throws
    {
        guard Self.visible(cell).contains(String(decoding: value, as: UTF8.self)) else {
            throw Mismatch("\(place.inFile): the \(what) to be sent is not the cell's")
        }
        guard !String(decoding: value, as: UTF8.self).contains(where: { "“”‘’«»；。、…·＠".contains($0) }) else {
            throw Mismatch("\(place.inFile): the \(what) to be sent holds a mark that no address does")
        }
        guard value.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw Mismatch("\(place.inFile): the \(what) to be sent holds a space or a control character")
        }
    }

    /// Without what nobody can see, and with one kind of space.
    private static func visible(_ cell: String) -> String {
        var visible = String.UnicodeScalarView()
        for scalar in cell.unicodeScalars where scalar.properties.generalCategory != .format {
            visible.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
        }
        return String(visible)
    }
}

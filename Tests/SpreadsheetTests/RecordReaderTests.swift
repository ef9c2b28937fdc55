import Testing

@testable import Spreadsheet

@Suite("The record reader")
struct RecordReaderTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let what: String
        let text: String
        let records: [[String]]
        var testDescription: String { what }
    }

    /// The ideas of public acid tests for CSV, in cases of our own.
    static let cases: [Case] = [
        Case(what: "LF", text: "a,b\nc,d\n", records: [["a", "b"], ["c", "d"]]),
        Case(what: "CRLF", text: "a,b\r\nc,d\r\n", records: [["a", "b"], ["c", "d"]]),
        Case(what: "CR alone", text: "a,b\rc,d\r", records: [["a", "b"], ["c", "d"]]),
        Case(what: "all three mixed", text: "a\nb\r\nc\rd", records: [["a"], ["b"], ["c"], ["d"]]),
        Case(what: "no line end after the last row", text: "a,b\nc,d", records: [["a", "b"], ["c", "d"]]),
        Case(what: "a last cell that is empty", text: "a,\n,b\n,", records: [["a", ""], ["", "b"], ["", ""]]),
        Case(what: "blank lines", text: "a\n\n\r\nb\n", records: [["a"], [""], [""], ["b"]]),
        Case(
            what: "ragged rows",
            text: "a,b,c\nd\ne,f,g,h\n",
            records: [["a", "b", "c"], ["d"], ["e", "f", "g", "h"]]
        ),
        Case(what: "quoted delimiters", text: #""a,b",c"# + "\n", records: [["a,b", "c"]]),
        Case(what: "doubled quotes", text: "\"say \"\"hi\"\"\",\"\"\"\"\n", records: [["say \"hi\"", "\""]]),
        Case(what: "empty quotes", text: "\"\",a,\"\"\n", records: [["", "a", ""]]),
        Case(
            what: "line ends within quotes",
            text: "\"a\nb\",\"c\r\nd\",\"e\rf\"\ng",
            records: [["a\nb", "c\r\nd", "e\rf"], ["g"]]
        ),
        Case(what: "a quote within a plain cell", text: "5\" pipe,x\n", records: [["5\" pipe", "x"]]),
        Case(
            what: "text after the closing quote",
            text: "\"a\"b,c\n\"a\" ,c\n",
            records: [["ab", "c"], ["a ", "c"]]
        ),
        Case(what: "a space before the quote", text: "a, \"b\"\n", records: [["a", " \"b\""]]),
        Case(what: "spaces are kept", text: " a ,\tb\n", records: [[" a ", "\tb"]]),
        Case(what: "NUL bytes", text: "a\0b,\0\n\0", records: [["a\0b", "\0"], ["\0"]]),
        Case(what: "a byte-order mark in the middle", text: "a,b\n\u{FEFF}c,d\n", records: [["a", "b"], ["c", "d"]]),
        Case(what: "such a mark before a quote", text: "a\n\u{FEFF}\"c,d\"\n", records: [["a"], ["c,d"]]),
        Case(what: "a mark within a cell", text: "a\u{FEFF}b\n", records: [["a\u{FEFF}b"]]),
        Case(what: "only a header", text: "a,b", records: [["a", "b"]]),
        Case(what: "a quote that ends the file", text: "a,\"b\"", records: [["a", "b"]]),
        Case(what: "letters beyond ASCII", text: "é,🦊,ليلى\n", records: [["é", "🦊", "ليلى"]]),
    ]

    @Test("reads the same in pieces of any size", arguments: cases)
    func acid(_ given: Case) throws {
        let file = try TemporaryFile(given.text)
        for chunk in [1, 2, 3, 5, 8, 13, 1 << 16] {
            #expect(try file.records(chunk: chunk) == given.records, "\(chunk)")
        }
    }

    @Test("names the line on which a record begins, the row it is in a spreadsheet, and how many lines it takes")
    func lines() throws {
        let file = try TemporaryFile("a\n\"b\n\r\nc\"\rd\r\n\ne")
        let source = try SpreadsheetSource(path: file.path)
        let reader = RecordReader(source, scan: try SourceScan(source), delimiter: 0x2C, chunkSize: 4)
        var lines: [[Int]] = []
        while try reader.advance() { lines.append([reader.line, reader.row, reader.lineCount]) }
        #expect(lines == [[1, 1, 1], [2, 2, 3], [5, 3, 1], [6, 4, 1], [7, 5, 1]])
    }

    @Test(
        "names the line of a quote that is never closed, also where all of the file is in memory",
        arguments: [
            1, 3, 13, 14, 1 << 16,
        ]
    )
    func openQuote(_ chunk: Int) throws {
        let file = try TemporaryFile("a,b\nc,\"d\ne,f\n")
        let error = #expect(throws: SpreadsheetError.self) { try file.records(chunk: chunk) }
        #expect(error?.place?.line == 2)
        #expect(error?.description.contains("never closed") == true)
    }

    @Test(
        "does not count a first line that states the delimiter, as spreadsheet programs do not show it",
        arguments: [
            ("sep=;\na;b\n", [0, 1]), ("\"SEP=|\"\r\na|b\r\n", [0, 1]), ("sep=x\na\n", [1, 2]), ("a\nsep=;\n", [1, 2]),
        ]
    )
    func stated(_ text: String, _ expected: [Int]) throws {
        let file = try TemporaryFile(text)
        let source = try SpreadsheetSource(path: file.path)
        for chunk in [1, 1 << 16] {
            let reader = RecordReader(source, scan: try SourceScan(source), delimiter: 0x3B, chunkSize: chunk)
            var rows: [Int] = []
            while try reader.advance() { rows.append(reader.row) }
            #expect(rows == expected)
        }
    }

    @Test("names the row of an open quote too where line breaks in cells above it make its line another")
    func openQuoteRow() throws {
        let file = try TemporaryFile("a\n\"b\nc\"\nd,\"e\nf\",\"g\nh\n")
        let error = #expect(throws: SpreadsheetError.self) { try file.records() }
        #expect(error?.place == RowPlace(row: 3, line: 5))
        #expect(error?.description.contains(", row 3 (line 5 of the file): A quotation mark") == true)
    }

    @Test("refuses a record longer than a mebibyte instead of holding the whole file")
    func endlessRecord() throws {
        let file = try TemporaryFile("a\n\"" + String(repeating: "x\n", count: RecordReader.longestRecord))
        let error = #expect(throws: SpreadsheetError.self) { try file.records() }
        #expect(error?.place?.line == 2)
        #expect(error?.sentence.contains("opens a cell on line 2 of the file") == true)
    }

    @Test(
        "takes a record of exactly a mebibyte and refuses one of a byte more, and blames a quote only where there is one",
        arguments: [("a,b\n", "\n"), ("a,b\r\n", "\r\n"), ("a,b\n", "")]
    )
    func longestRecord(_ before: String, _ after: String) throws {
        let longest = RecordReader.longestRecord
        for chunk in [1 << 18, 1 << 22] {
            func error(_ record: String) throws -> SpreadsheetError? {
                let file = try TemporaryFile(before + record + after + (after.isEmpty ? "" : "c,d" + after))
                do { _ = try file.records(chunk: chunk) } catch { return error as? SpreadsheetError }
                return nil
            }
            let plain = String(repeating: "x", count: longest - 1)
            #expect(try error(plain + ",") == nil)
            let long = try #require(try error(plain + ",y"))
            #expect(long.place?.line == 2)
            #expect(!long.sentence.contains("quotation mark"))
            let quoted = "\"" + String(repeating: "x\n", count: longest / 2 - 1) + "\""
            #expect(try error(quoted) == nil)
            let swallowed = try #require(try error(quoted + ",y"))
            #expect(swallowed.place?.line == 2)
            #expect(swallowed.sentence.contains("quotation mark"))
        }
    }

    @Test("reads rows of thousands of cells and cells of half a mebibyte")
    func large() throws {
        let wide = (0..<5_000).map(String.init)
        let long = String(repeating: "word, ", count: 80_000)
        let file = try TemporaryFile(wide.joined(separator: ",") + "\n\"\(long)\",\"\"\"\"\n")
        #expect(try file.records(chunk: 1000) == [wide, [long, "\""]])
    }

    @Test("keeps a byte-order mark before a record out of its first field, and in the record as it stands")
    func marks() throws {
        let mark = "\u{FEFF}"
        let text = "a,b\n\(mark)c,d\n\(mark)\"e,f\",g\n\(mark)\n\(mark)\(mark)\"h\"\n\(mark)\"i\"j,k\n"
        let file = try TemporaryFile(text)
        let source = try SpreadsheetSource(path: file.path)
        for chunk in [1, 3, 5, 4096] {
            let reader = RecordReader(source, scan: try SourceScan(source), delimiter: 0x2C, chunkSize: chunk)
            var first: [String] = []
            var raw: [String] = []
            var marks: [Int] = []
            while try reader.advance() {
                first.append(String(decoding: reader.field(0), as: UTF8.self))
                raw.append(String(decoding: reader.raw, as: UTF8.self))
                marks.append(reader.mark.count)
                #expect(reader.isBlank == (raw.count == 4))
            }
            #expect(first == ["a", "c", "e,f", "", "h", "ij"])
            // Within the quotes, where every program takes it for a part of the cell.
            let quoted = ["\"\(mark)e,f\",g", mark, "\"\(mark)\(mark)h\"", "\(mark)\"i\"j,k"]
            #expect(raw == ["a,b", "\(mark)c,d"] + quoted)
            #expect(marks == [0, 3, 3, 3, 6, 3])
        }
    }

    @Test(
        "says whether a record is as RFC 4180 wants it",
        arguments: [
            ("a,\"b\"", true), ("\"a\"\"b\"", true), ("a\"b", false), ("\"a\"b", false), ("", true),
        ]
    )
    func wellFormed(_ text: String, _ expected: Bool) throws {
        let file = try TemporaryFile(text + "\n")
        let source = try SpreadsheetSource(path: file.path)
        let reader = RecordReader(source, scan: try SourceScan(source), delimiter: 0x2C)
        #expect(try reader.advance())
        #expect(reader.isWellFormed == expected)
        #expect(String(decoding: reader.raw, as: UTF8.self) == text)
    }
}

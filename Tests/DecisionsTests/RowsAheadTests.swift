import Foundation
import Spreadsheet
import Testing

@testable import Decisions

@Suite("Reading ahead on another thread")
struct RowsAheadTests {
    private func sheet(_ text: String) throws -> DecisionSheet {
        let path = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString).csv").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let source = try SpreadsheetSource(path: path)
        return try DecisionSheet(source, scan: try SourceScan(source), options: SheetOptions())
    }

    private func text(_ row: DecisionRow) -> String {
        let cells = [Array(row.record), Array(row.registrant), Array(row.email)]
            .map { String(decoding: $0, as: UTF8.self) }
        return "\(row.number) \(row.place.inFile) \(row.fields) \(cells) \(row.verdict) \(row.notice ?? "")"
    }

    /// Rows of all kinds: good and bad ones, mended addresses, quotes within cells, one longer than a block.
    private static let text =
        "meeting,registrant,email,action\n"
        + (1...300).map { number in
            switch number % 7 {
            case 0: "84512093377,,mailto:guest\(number)@example.org,approve"
            case 1: "84512093377,,guest\(number)@example.org,perhaps"
            case 2: "84512093377,\"ab\"\"c\(number)\",\"guest\(number)@example.org\",deny"
            case 3: "84512093377,,guest\(number)@example.org,"
            case 4: "8451\(number + 1_000_000),,guest\(number)@example.org,cancel"
            case 5: "84512093377,,\(String(repeating: "x", count: number * 3)),approve"
            default: "84512093377,feo2KzAsjgCVaklSo9T0dA,guest\(number)@example.org,approve"
            }
        }.joined(separator: "\n")

    @Test("passes on the same rows in the same order, however few of them at once", arguments: [1, 64, 1_000, 1 << 18])
    func sameRows(room: Int) throws {
        let sheet = try sheet(Self.text)
        var expected: [String] = []
        try sheet.forEachRow { expected.append(text($0)) }
        var rows: [String] = []
        try sheet.forEachRowAhead(room: room) { rows.append(text($0)) }
        #expect(rows == expected && rows.count == 300)
    }

    @Test("ends with the user of the rows, wherever that gives up", arguments: [1, 2, 150, 300])
    func givingUp(number: Int) throws {
        struct Enough: Error {}
        let sheet = try sheet(Self.text)
        try sheet.forEachRow { _ in }
        var count = 0
        #expect(throws: Enough.self) {
            try sheet.forEachRowAhead(room: 64) { row in
                count += 1
                if row.number == number { throw Enough() }
            }
        }
        #expect(count == number)
        // The sheet can be read again.
        var again = 0
        try sheet.forEachRowAhead(room: 64) { _ in again += 1 }
        #expect(again == 300)
    }

    @Test("passes on what is before a fault, and then the fault")
    func fault() throws {
        let sheet = try sheet(Self.text + "\n84512093377,\"never closed,b@example.org,approve\n")
        var count = 0
        #expect(throws: SpreadsheetError.self) { try sheet.forEachRowAhead(room: 64) { _ in count += 1 } }
        #expect(count == 300)
    }
}

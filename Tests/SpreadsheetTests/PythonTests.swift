import Foundation
import Randomness
import SheetFuzzing
import Testing

@testable import Spreadsheet

@Suite("Beside Python's csv module")
struct PythonTests {
    private static let script = """
        import csv, json, sys
        for path in sys.argv[2:]:
            with open(path, encoding="latin-1", newline="") as file:
                print(json.dumps([row or [""] for row in csv.reader(file, delimiter=sys.argv[1])]))
        """

    /// Pieces that make trouble in each other's company.
    private static let pieces = [
        "a", "bc", " ", ",", ",", ",", "\"", "\"\"", "\n", "\r\n", "\r", "\",\"", "\"\n", "é", "\u{0}", "x,y",
        "\"q\"\"q\"", "abcdefghijklmnopqrstuvwxyz",
    ]

    /// A file that Python and the standard agree to be complete: no quote is open at its end.
    private static func file(_ chance: inout SplitMix64) -> [UInt8] {
        while true {
            let text = (0..<Int.random(in: 1..<80, using: &chance)).map { _ in
                pieces.randomElement(using: &chance) ?? ""
            }
            let bytes = Array(text.joined().utf8)
            if PlainParser(bytes, delimiter: 0x2C).openQuoteLine == nil { return bytes }
        }
    }

    @Test("reads the same records, byte for byte, from a thousand files")
    func sameRecords() throws {
        var chance = SplitMix64(seed: 20_261_124)
        let files = try (0..<1_000).map { _ in try TemporaryFile(Self.file(&chance)) }
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = ["python3", "-c", Self.script, ","] + files.map(\.path)
        let pipe = Pipe()
        python.standardOutput = pipe
        try python.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0)
        let lines = output.split(separator: 0x0A)
        try #require(lines.count == files.count)
        for (file, line) in zip(files, lines) {
            let expected = try JSONDecoder().decode([[String]].self, from: Data(line))
                .map { $0.map { $0.unicodeScalars.map { UInt8($0.value) } } }
            let source = try SpreadsheetSource(path: file.path)
            let reader = RecordReader(source, scan: try SourceScan(source), delimiter: 0x2C, chunkSize: 16)
            var found: [[[UInt8]]] = []
            while try reader.advance() { found.append((0..<reader.fieldCount).map { Array(reader.field($0)) }) }
            let text = String(decoding: try Data(contentsOf: URL(filePath: file.path)), as: UTF8.self)
            #expect(found == expected, "\(text.debugDescription)")
        }
    }
}

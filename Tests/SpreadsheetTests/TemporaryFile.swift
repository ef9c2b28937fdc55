import Foundation

@testable import Spreadsheet

/// A file that goes when the test ends.
final class TemporaryFile {
    let path: String

    init(_ bytes: some Sequence<UInt8>, name: String = "list.csv") throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-sheet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        path = directory.appending(path: name).path
        try Data(bytes).write(to: URL(filePath: path))
    }

    convenience init(_ text: String) throws { try self.init(text.utf8) }

    deinit { try? FileManager.default.removeItem(at: URL(filePath: path).deletingLastPathComponent()) }

    /// All records as text, whatever the size of the pieces in which they are read.
    func records(delimiter: UInt8 = 0x2C, chunk: Int = 1 << 16) throws -> [[String]] {
        let source = try SpreadsheetSource(path: path)
        let reader = RecordReader(source, scan: try SourceScan(source), delimiter: delimiter, chunkSize: chunk)
        var records: [[String]] = []
        while try reader.advance() {
            records.append((0..<reader.fieldCount).map { String(decoding: reader.field($0), as: UTF8.self) })
        }
        return records
    }
}

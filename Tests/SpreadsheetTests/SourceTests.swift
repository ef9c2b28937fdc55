import Foundation
import Glibc
import Testing

@testable import Spreadsheet

@Suite("A spreadsheet's source")
struct SourceTests {
    private static let text = "Meeting,Näme\n845,Zoë 🦊\n"

    private static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
        ("\u{FEFF}" + text).utf16.flatMap { unit -> [UInt8] in
            let pair = [UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit)]
            return bigEndian ? pair : pair.reversed()
        }
    }

    @Test(
        "is read alike in each encoding",
        arguments: [
            (Array(text.utf8), TextEncoding.utf8), ([0xEF, 0xBB, 0xBF] + Array(text.utf8), .utf8),
            (utf16(text, bigEndian: false), .utf16LittleEndian), (utf16(text, bigEndian: true), .utf16BigEndian),
        ]
    )
    func encodings(_ bytes: [UInt8], _ encoding: TextEncoding) throws {
        let file = try TemporaryFile(bytes)
        #expect(try SourceScan(SpreadsheetSource(path: file.path)).encoding == encoding)
        for chunk in [1, 3, 4096] {
            #expect(try file.records(chunk: chunk) == [["Meeting", "Näme"], ["845", "Zoë 🦊"]])
        }
    }

    @Test("is read as Windows-1252 where its bytes are not UTF-8")
    func windows() throws {
        let file = try TemporaryFile([0x4E, 0xE4, 0x6D, 0x65, 0x2C, 0x80, 0x93, 0x0A])
        #expect(try SourceScan(SpreadsheetSource(path: file.path)).encoding == .windows1252)
        #expect(try file.records() == [["Näme", "€“"]])
    }

    @Test("keeps its byte-order mark out of the header, even if a later part is not UTF-8")
    func markedButBroken() throws {
        let file = try TemporaryFile([0xEF, 0xBB, 0xBF] + Array("Meeting\n".utf8) + [0xE4, 0x0A])
        #expect(try file.records().first == ["Meeting"])
    }

    @Test("replaces halves of UTF-16 pairs instead of failing")
    func brokenPairs() throws {
        let file = try TemporaryFile([0xFF, 0xFE, 0x3D, 0xD8, 0x61, 0x00, 0x00, 0xDC, 0x62])
        for chunk in [1, 2, 64] { #expect(try file.records(chunk: chunk) == [["\u{FFFD}a\u{FFFD}\u{FFFD}"]]) }
    }

    @Test(
        "tells UTF-8 from all that is not",
        arguments: [
            ([0x61, 0xC3, 0xA4], true), ([0xC3], false), ([0xC0, 0x80], false), ([0xE0, 0x9F, 0xBF], false),
            ([0xED, 0xA0, 0x80], false), ([0xF0, 0x9F, 0xA6, 0x8A], true), ([0xF4, 0x90, 0x80, 0x80], false),
            ([0x80], false),
            ([0xF0, 0x8F, 0xBF, 0xBF], false), ([0xFF], false),
        ] as [([UInt8], Bool)]
    )
    func validity(_ bytes: [UInt8], _ isValid: Bool) {
        // Beside long runs of ASCII, which are looked at 32 bytes at a time, and cut at every place.
        for padding in [0, 31, 32, 33, 70] {
            let all = Array(repeating: UInt8(0x61), count: padding) + bytes
            for cut in 0...all.count {
                var validator = UTF8Validator()
                all[..<cut].withUnsafeBytes { validator.consume($0) }
                all[cut...].withUnsafeBytes { validator.consume($0) }
                #expect(validator.isValidAtEnd == isValid)
            }
        }
    }

    @Test(
        "that is no CSV is refused with advice",
        arguments: [
            ([0x50, 0x4B, 0x03, 0x04, 0x14], "workbook"), ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "old Excel"),
            (Array("%PDF-1.7".utf8), "PDF"), ([0x1F, 0x8B, 0x08], "compressed"),
            (Array("\n <!DOCTYPE html>".utf8), "web page"),
            (Array("<?xml version=\"1.0\"?>".utf8), "XML"), (Array("<table><tr>".utf8), "web page"),
            (Array("Meeting,Email".utf16.flatMap { [UInt8($0), 0] }), "UTF-16"),
            (Array("Meeting,Email".utf16.flatMap { [0, UInt8($0)] }), "UTF-16"), ([], "empty"),
            (Array("PK\u{03}\u{04}xl/workbook.xml".utf8), "save the sheet as \"CSV UTF-8\""),
            (Array("<!DOCTYPE html><html><body>Sign in</body></html>".utf8), "Download it again"), ([], "Export"),
        ] as [([UInt8], String)]
    )
    func foreign(_ bytes: [UInt8], _ word: String) throws {
        let file = try TemporaryFile(bytes)
        let error = #expect(throws: SpreadsheetError.self) { try SourceScan(SpreadsheetSource(path: file.path)) }
        #expect(error?.description.contains(word) == true)
    }

    @Test("notices that the file was changed since it was opened")
    func changed() throws {
        let file = try TemporaryFile("a,b\n")
        let source = try SpreadsheetSource(path: file.path)
        #expect(source.isUnchanged)
        let handle = try FileHandle(forWritingTo: URL(filePath: file.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("c,d\n".utf8))
        try handle.close()
        #expect(!source.isUnchanged)
    }

    @Test("notices a change that keeps the size and sets the time back")
    func changedUnderItsOldTime() throws {
        let file = try TemporaryFile("a,b\n")
        let source = try SpreadsheetSource(path: file.path)
        var before = stat()
        var after = stat()
        #expect(stat(file.path, &before) == 0)
        // The system's clock of files moves on in steps; a change within the same one is the same moment.
        repeat {
            let handle = try FileHandle(forWritingTo: URL(filePath: file.path))
            try handle.write(contentsOf: Data("c,d\n".utf8))
            try handle.close()
            #expect(utimensat(AT_FDCWD, file.path, [before.st_atim, before.st_mtim], 0) == 0)
            #expect(stat(file.path, &after) == 0)
        } while after.st_ctim.tv_nsec == before.st_ctim.tv_nsec
        #expect(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec && after.st_size == before.st_size)
        #expect(!source.isUnchanged)
    }

    @Test(
        "of more than two gibibytes is refused before it is read, also where it is all holes",
        .timeLimit(.minutes(1))
    )
    func huge() throws {
        let file = try TemporaryFile("Meeting,Email,Action\n")
        let handle = try FileHandle(forWritingTo: URL(filePath: file.path))
        try handle.truncate(atOffset: 1 << 40)
        try handle.close()
        let error = #expect(throws: SpreadsheetError.self) { try SpreadsheetSource(path: file.path) }
        #expect(error?.sentence.contains("larger than 2 GiB") == true)
    }

    @Test("from standard input ends at the same bound")
    func endless() throws {
        let file = try TemporaryFile(String(repeating: "x", count: 200_000))
        let input = try FileHandle(forReadingFrom: URL(filePath: file.path))
        let error = #expect(throws: SpreadsheetError.self) {
            try SpreadsheetSource(standardInput: input.fileDescriptor, largest: 100_000)
        }
        #expect(error?.sentence.contains("larger") == true && error?.isAboutDisk == false)
    }

    @Test("explains what is wrong with a name")
    func names() throws {
        let missing = #expect(throws: SpreadsheetError.self) { try SpreadsheetSource(path: "/nowhere/list.csv") }
        #expect(
            missing?.description.contains("no such file") == true
                && missing?.sentence.contains("Check the name") == true
        )
        let error = #expect(throws: SpreadsheetError.self) { try SpreadsheetSource(path: "/tmp") }
        #expect(error?.sentence.contains("directory") == true)
        #expect(throws: SpreadsheetError.self) { try SpreadsheetSource(path: "/dev/null") }
    }

    @Test("can be standard input, read as often as a file")
    func standardInput() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("Meeting\n845\n".utf8))
        try pipe.fileHandleForWriting.close()
        let source = try SpreadsheetSource(standardInput: pipe.fileHandleForReading.fileDescriptor)
        #expect(source.path == nil)
        #expect(source.size == 12)
        for _ in 1...2 {
            let reader = RecordReader(source, scan: try SourceScan(source), delimiter: 0x2C)
            #expect(try reader.advance())
            #expect(try reader.advance())
            #expect(String(decoding: reader.raw, as: UTF8.self) == "845")
        }
    }

    @Test("in a directory is every spreadsheet, but no results and nothing that programs leave behind")
    func directory() throws {
        let file = try TemporaryFile("a".utf8, name: "b.csv")
        let directory = URL(filePath: file.path).deletingLastPathComponent()
        for name in ["a.CSV", "b.csv.results.csv", ".c.csv", "~$d.csv", "#e.csv", "f.tsv", "g.xlsx", "notes.txt"] {
            try Data("a".utf8).write(to: directory.appending(path: name))
        }
        for name in ["a.CSV", "b.csv", "#e.csv", "f.tsv", "g.xlsx"] {
            let date = Date(timeIntervalSince1970: 1_796_000_000)
            try FileManager.default.setAttributes(
                [.modificationDate: date],
                ofItemAtPath: directory.appending(path: name).path
            )
        }
        let found = try #require(SpreadsheetFinder.spreadsheets(in: directory.path))
        #expect(found.map { URL(filePath: $0).lastPathComponent } == ["#e.csv", "a.CSV", "b.csv", "f.tsv", "g.xlsx"])
        #expect(SpreadsheetFinder.spreadsheets(in: file.path) == nil)
    }

    @Test("in a directory come in the order in which they were changed, and by name where that is the same")
    func order() throws {
        let file = try TemporaryFile("a".utf8, name: "b.csv")
        let directory = URL(filePath: file.path).deletingLastPathComponent()
        for (name, time) in [("b.csv", 20.5), ("zz-monday.csv", 10), ("aa-correction.csv", 30), ("a.csv", 20.5)] {
            let path = directory.appending(path: name)
            try Data("a".utf8).write(to: path)
            let date = Date(timeIntervalSince1970: 1_796_000_000 + time)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path.path)
        }
        let found = try #require(SpreadsheetFinder.spreadsheets(in: directory.path))
        let names = ["zz-monday.csv", "a.csv", "b.csv", "aa-correction.csv"]
        #expect(found.map { URL(filePath: $0).lastPathComponent } == names)
        let orders = try found.compactMap { try SpreadsheetSource(path: $0).order }
        #expect(orders == orders.sorted() && orders.count == names.count)
    }
}

import Foundation
import Testing

@testable import Spreadsheet

@Suite("A file that is not UTF-8")
struct CharsetTests {
    private func doubt(_ text: String, _ encoding: String.Encoding) throws -> SingleByteGuess.Doubt? {
        doubt([UInt8](try #require(text.data(using: encoding))))
    }

    private func doubt(_ bytes: [UInt8]) -> SingleByteGuess.Doubt? {
        var look = SingleByteGuess()
        for byte in bytes { look.consume(CollectionOfOne(byte)) }
        return look.finish()
    }

    @Test(
        "is taken for Windows-1252 where it reads like that",
        arguments: [
            "Zoë Müller,ÉMILIE ÅSA,Señor Núñez\n", "L’été à Saint-Brieuc – „groß“\n", "Šárka Žižková; cœur, Œuvre\n",
            "Preis: 5 €…\r\nO’Dell — “quoted”\r\n", "2 × 3 ± 1 µm, ¿qué?, l·l, 1ª\n", "Ünïversität, Ærø, Þór\n",
        ]
    )
    func western(_ text: String) throws {
        #expect(try doubt(text, .windowsCP1252) == nil)
    }

    @Test("is not where it is from an old Macintosh")
    func macRoman() throws {
        #expect(try doubt("Zoé Müller,Jürgen Weiß,Señor Núñez\n", .macOSRoman) == .otherCharset)
        #expect(try doubt("Name\rZoë\r", .macOSRoman) == .otherCharset)
        #expect(doubt([0x64, 0x6F, 0x6E, 0xD5, 0x74, 0x2C, 0x69, 0x74, 0xD5, 0x73, 0x0A]) == .otherCharset)
    }

    @Test("is not where it is Japanese, Cyrillic or Chinese")
    func otherScripts() throws {
        #expect(try doubt("山田 太郎,能ソ表\n", .shiftJIS) == .otherCharset)
        #expect(try doubt("Анна Иванова,Москва\n", .windowsCP1251) == .otherCharset)
        #expect(doubt([0xBB, 0xB3, 0xC5, 0xC4, 0x20, 0xC2, 0xC0, 0xCF, 0xBA, 0x0A]) == .otherCharset)
    }

    @Test("is not where most of it is UTF-8, so that two files were put together")
    func mixed() {
        #expect(doubt(Array("Zoë,Müller,Ærø,日本\n".utf8) + [0x4D, 0xFC, 0x6C, 0x0A]) == .partlyUTF8)
    }

    @Test("is refused in that case, unless somebody names its charset", arguments: [1, 3, 4096])
    func named(_ chunk: Int) throws {
        let bytes: [UInt8] = [0x8E, 0x52, 0x93, 0x63, 0x2C, 0x95, 0x5C, 0x0A]
        let file = try TemporaryFile(bytes)
        let source = try SpreadsheetSource(path: file.path)
        let scan = try SourceScan(source)
        let error = #expect(throws: SpreadsheetError.self) { try scan.settled(nil, name: "list.csv") }
        #expect(error?.sentence.contains("save it as CSV UTF-8") == true)
        let charset = try #require(Charset("Shift_JIS"))
        let settled = try scan.settled(charset, name: "list.csv")
        let reader = RecordReader(source, scan: settled, delimiter: 0x2C, chunkSize: chunk)
        #expect(try reader.advance())
        #expect((0..<reader.fieldCount).map { String(decoding: reader.field($0), as: UTF8.self) } == ["山田", "表"])
        #expect(try !reader.advance())
    }

    @Test("keeps what its charset can't decode as U+FFFD, also at its end")
    func undecodable() throws {
        let file = try TemporaryFile([0x41, 0xFF, 0x42, 0x2C, 0x93])
        let source = try SpreadsheetSource(path: file.path)
        let scan = try SourceScan(source).settled(Charset("shift_jis"), name: "list.csv")
        for chunk in [1, 2, 64] {
            let reader = RecordReader(source, scan: scan, delimiter: 0x2C, chunkSize: chunk)
            #expect(try reader.advance())
            #expect(String(decoding: reader.raw, as: UTF8.self) == "A\u{FFFD}B,\u{FFFD}")
        }
    }

    @Test("is known by the usual names, and by none in which a comma is something else")
    func names() {
        #expect(Charset("windows-1252")?.encoding == .windows1252)
        for name in ["mac-roman", "Shift_JIS", "gbk", "windows-1251"] { #expect(Charset(name) != nil, "\(name)") }
        for name in ["", "utf-16", "utf-7", "ebcdic-us", "klingon", "mac-roman//TRANSLIT"] {
            #expect(Charset(name) == nil, "\(name)")
        }
    }
}

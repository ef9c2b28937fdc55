import Foundation
import Spreadsheet
import Testing

@testable import Decisions

@Suite("The rows of a spreadsheet program")
struct SpreadsheetProgramTests {
    /// Every way in which the line of a file and the row of a spreadsheet part, each row with an address of its own.
    private static let parted = """
        Guests of the summer


        Meeting,Email,"Note,
        in two lines",Action
        84512093377,g1@example.org,"one\r
        two\rthree",approve

        84512093377,g2@example.org,,approve
        ,"\n
        ",,
        84512093377,g3@example.org,"x ""y""\n",deny\r
        84512093377,g4@example.org,"",deny\r84512093377,g5@example.org,5" pipe,deny
        84512093377,g6(at)example.org,"closed" then open,deny
        ,,,
        84512093377,g7@example.org,,deny

        84512093377,g8@example.org,"",cancel
        """

    /// The rows of a file, by the one address in each.
    private func rows(_ path: String) throws -> [String: Int] {
        let source = try SpreadsheetSource(path: path)
        let sheet = try DecisionSheet(source, scan: SourceScan(source), options: SheetOptions())
        var rows: [String: Int] = [:]
        try sheet.forEachRow { rows[sheet.text(of: $0).cells[.email] ?? "", default: 0] += $0.place.row ?? 0 }
        return rows
    }

    @Test("are counted from the top: titles, blank lines and cells of several lines each make one")
    func parted() throws {
        let directory = try Directory()
        let rows = try rows(directory.write(Self.parted))
        #expect(
            rows == [
                "g1@example.org": 5, "g2@example.org": 7, "g3@example.org": 9, "g4@example.org": 10,
                "g5@example.org": 11,
                "g6(at)example.org": 12, "g7@example.org": 14, "g8@example.org": 16,
            ]
        )
    }

    @Test("are those that LibreOffice shows", .enabled(if: LibreOffice.isInstalled, "soffice is not installed"))
    func libreOffice() throws {
        let directory = try Directory()
        let field = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../ReportingTests/Field/61-line-breaks-in-cells.csv")
        for text in [Self.parted, try String(contentsOf: field, encoding: .utf8)] {
            let path = try directory.write(text)
            let shown = try LibreOffice.rows(of: path)
            let own = try rows(path)
            #expect(own.count >= 8)
            for (address, row) in own { #expect(shown[address] == row, "\(address)") }
        }
    }

    private final class Directory {
        let path = FileManager.default.temporaryDirectory.appending(path: "usher-rows-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: path) }

        func write(_ text: String) throws -> String {
            let file = path.appending(path: "list.csv")
            try Data(text.utf8).write(to: file)
            return file.path
        }
    }
}

private enum LibreOffice {
    static let isInstalled = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/soffice") }

    /// The row in which it shows each cell's text, counted from 1.
    static func rows(of path: String) throws -> [String: Int] {
        let file = URL(filePath: path)
        let directory = file.deletingLastPathComponent()
        let office = Process()
        office.executableURL = URL(filePath: "/usr/bin/env")
        office.arguments = [
            "soffice", "-env:UserInstallation=\(directory.appending(path: "profile").absoluteString)", "--headless",
            // Commas, double quotes, UTF-8.
            "--infilter=CSV:44,34,76,1", "--convert-to", "fods", "--outdir", directory.path, path,
        ]
        office.standardOutput = FileHandle.nullDevice
        office.standardError = FileHandle.nullDevice
        try office.run()
        office.waitUntilExit()
        try #require(office.terminationStatus == 0)
        let converted = file.deletingPathExtension().appendingPathExtension("fods")
        let table = try String(contentsOf: converted, encoding: .utf8).components(separatedBy: "<table:table-row")
            .dropFirst()
        var rows: [String: Int] = [:]
        var row = 1
        for part in table {
            for text in part.components(separatedBy: "<text:p>").dropFirst() {
                rows[text.components(separatedBy: "</text:p>")[0]] = row
            }
            let repeated = part.prefix { $0 != ">" }.components(separatedBy: "number-rows-repeated=\"").dropFirst()
                .first
            row += repeated.flatMap { Int($0.prefix { $0.isNumber }) } ?? 1
        }
        return rows
    }
}

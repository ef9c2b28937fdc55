import Decisions
import Foundation
import Reporting
import Sending
import Testing

@testable import Usher

@Suite("The word on each file of an inbox")
struct InboxCheckTests {
    let place = TestDirectory()

    private func check() async throws -> (status: Reporting.ExitStatus, lines: [String]) {
        let inbox = try Inbox(path: place.path, settleTime: 0)
        let check = InboxCheck(inbox: inbox, options: SheetOptions(), zone: .utc, clock: SystemRunClock())
        var lines: [String] = []
        let status = try await check { lines.append($0) }
        return (status, lines)
    }

    private func list(_ row: String) -> String { "Meeting,Email,Action\n84512093377,\(row)\n" }

    private func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: place.path(name)) }

    @Test("each file gets a page: ready, with problems, unreadable, a link, a conflict copy")
    func each() async throws {
        try place.write("good.csv", list("a@example.org,approve"))
        try place.write("bad.csv", list("b@example.org,perhaps"))
        try place.write("book.xlsx", "PK\u{3}\u{4}")
        try place.write("x (conflicted copy).csv", list("c@example.org,deny"))
        try FileManager.default.createSymbolicLink(atPath: place.path("link.csv"), withDestinationPath: "/etc/passwd")
        try place.write("notes.txt", "x")
        let (status, lines) = try await check()
        #expect(status == .unreadable)
        #expect(lines.count == 5 && !lines.joined().contains("@"), "\(lines)")
        #expect(try place.read("results/good.csv.check.html").contains("Ready: 1 row to send."))
        #expect(try place.read("results/bad.csv.check.html").contains("Not ready: 1 row"))
        #expect(try place.read("results/book.xlsx.check.html").contains("This is a workbook"))
        #expect(try place.read("results/x (conflicted copy).csv.check.html").contains("This is a conflict copy"))
        #expect(try place.read("results/link.csv.check.html").contains("This is a link"))
        #expect(!has("results/notes.txt.check.html"))
        #expect(try place.mode("results/good.csv.check.html").map { $0 & 0o007 } == 0)
    }

    @Test("what was said already is not said again, until the file changes")
    func again() async throws {
        try place.write("a.csv", list("a@example.org,approve"))
        #expect(try await check().status == .done)
        let first = try FileManager.default.attributesOfItem(atPath: place.path("results/a.csv.check.html"))
        #expect(try await check().lines.isEmpty)
        let second = try FileManager.default.attributesOfItem(atPath: place.path("results/a.csv.check.html"))
        #expect(first[.systemFileNumber] as? Int == second[.systemFileNumber] as? Int)
        // As if it had been written before the file was changed.
        let past = Date(timeIntervalSinceNow: -60)
        try FileManager.default.setAttributes(
            [.modificationDate: past],
            ofItemAtPath: place.path("results/a.csv.check.html")
        )
        #expect(try await check().lines.count == 1)
    }

    @Test("a file whose results are there needs no page, and the page of one that is gone goes too")
    func gone() async throws {
        try place.write("a.csv", list("a@example.org,approve"))
        try place.write("b.csv", list("b@example.org,approve"))
        _ = try await check()
        try FileManager.default.removeItem(atPath: place.path("results/b.csv.check.html"))
        try place.write("results/b.csv.results.csv", "")
        try FileManager.default.removeItem(atPath: place.path("a.csv"))
        #expect(try await check().lines.isEmpty)
        #expect(!has("results/a.csv.check.html") && !has("results/b.csv.check.html"))
    }

    @Test("a file that says it is of the future is looked at once, and not for ever")
    func future() async throws {
        try place.write("a.csv", list("a@example.org,approve"))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 86_400)],
            ofItemAtPath: place.path("a.csv")
        )
        #expect(try await check().lines.count == 1)
        #expect(try await check().lines.isEmpty)
    }
}

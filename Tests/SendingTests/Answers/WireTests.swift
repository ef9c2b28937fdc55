import Foundation
import Journal
import Testing
import ZoomModel
import ZoomSandbox

@testable import Sending
@testable import Zoom

@Suite("What goes over the wire")
struct WireTests {
    private static let number = "84512093377"

    /// `meetings/NUMBER/REGISTRANT` of all that was sent.
    private func asked(_ report: SandboxRun.Report) -> Set<String> {
        Set(
            report.updates.flatMap { update in
                update.registrants.map {
                    "\(update.path.split(separator: "/").prefix(2).joined(separator: "/"))/\($0.id ?? "")"
                }
            }
        )
    }

    @Test(
        "a column, the header's word or an option says what is a webinar, and a column of ticket types does not",
        arguments: [
            (
                "Meeting,Type,Registrant ID,Action",
                ["meeting,a,approve", "webinar,b,deny", "Webinar,c,cancel", ",d,approve"],
                ["meetings", "webinars", "webinars", "meetings"]
            ),
            (
                "Webinar ID,Type,Registrant ID,Action", ["Early bird,a,approve", "Regular,b,approve"],
                ["webinars", "webinars"]
            ),
            ("Webinar ID,Registrant ID,Action", ["a,approve"], ["webinars"]),
            ("Meeting,Registrant ID,Action", ["a,approve"], ["webinars"]),
        ]
    )
    func webinars(header: String, rows: [String], kinds: [String]) async throws {
        var run = SandboxRun()
        run.sandbox.isOpen = true
        run.sheet.webinars = header == "Meeting,Registrant ID,Action"
        let report = try await run(header + "\n" + rows.map { "\(Self.number),\($0)\n" }.joined())
        #expect(report.counts == [.applied: rows.count])
        #expect(asked(report) == Set(zip(kinds, "abcd").map { "\($0)/\(Self.number)/\($1)" }))
    }

    @Test("an app with the scope for webinars alone carries out their decisions; one without it stops with its name")
    func scope() async throws {
        for kind in ["webinar", "meeting"] {
            var run = SandboxRun()
            run.sandbox.isOpen = true
            run.sandbox.app.scopes = ["\(kind):update:registrant_status:admin"]
            run.credentials = .sandboxApp()
            let report = try await run("Webinar ID,Registrant ID,Action\n\(Self.number),a,approve\n")
            #expect(report.outcomes == [kind == "webinar" ? .applied : .pending])
            guard kind == "meeting" else { continue }
            #expect(AnswerScene.End(report.ending) == .credentialsRefused)
            #expect("\(report.ending)".contains("webinar:update:registrant_status:admin"))
        }
    }

    @Test("an occurrence id goes into the query, and what is none is never sent")
    func occurrence() async throws {
        var run = SandboxRun()
        run.sandbox.isOpen = true
        let ids = ["1796666400000", "1796753000000"]
        let rows = (ids + ["a/b?c&d=e", "x y+z%20", "é#", "N/A"]).map { "\(Self.number),\($0),r,cancel\n" }.joined()
        let report = try await run("Meeting,Occurrence,Registrant ID,Action\n" + rows)
        #expect(report.counts == [.applied: 2, .rejected: 4])
        let queries = report.updates.map { String($0.path.split(separator: "?", maxSplits: 1).last ?? "") }.sorted()
        #expect(queries == ids.map { "occurrence_id=\($0)" })
    }

    @Test("a batch holds what belongs together, at most 30, and each row once")
    func batches() async throws {
        var run = SandboxRun()
        run.sandbox.isOpen = true
        var rows: [String] = []
        var groups: [String: Int] = [:]
        for number in 0..<400 {
            let (meeting, action) = (
                "8451209\(3_000 + number * number % 7)", ["approve", "deny", "cancel"][number % 3]
            )
            let occurrence = number % 7 == 4 ? "\(1_796_666_400_000 + number % 2)" : ""
            rows.append("\(meeting),\(occurrence),r\(number),\(action)")
            groups["\(meeting)/\(occurrence)/\(action)", default: 0] += 1
        }
        let report = try await run("Meeting,Occurrence,Registrant ID,Action\n" + rows.joined(separator: "\n"))
        #expect(report.counts == [.applied: 400])
        #expect(report.sent.count == groups.values.reduce(0) { $0 + ($1 + 29) / 30 }, "no request is wasted")
        let sent = report.updates.flatMap { update in
            update.registrants.map {
                "\(update.target.id),\(update.target.occurrence?.description ?? ""),\($0.id ?? ""),\(update.action)"
            }
        }
        #expect(sent.sorted() == rows.sorted())
    }
}

import Foundation
import Testing
import Zoom

/// Every row of the table of Zoom's answers, met by a whole run.
@Suite("Each of Zoom's answers ends as documented")
struct AnswerTests {
    @Test("a run ends with the documented outcome", arguments: AnswerTable.rows.map(\.name))
    func outcome(row: String) async throws {
        let scene = try #require(AnswerScene.of(row), "the row \"\(row)\" has no scene")
        let report = try await scene.run(scene.csv, registrants: scene.rows)

        #expect(AnswerScene.End(report.ending) == scene.ending, "\(report.ending)")
        #expect(report.counts == scene.outcomes)
        if let reason = scene.reason { #expect(report.reasons.contains { $0.contains(reason) }, "\(report.reasons)") }
        // What is reported as applied was done, and what was done is reported as applied.
        for (number, outcome) in report.outcomes.enumerated() where !scene.run.sheet.webinars {
            #expect((outcome == .applied) == (report.statuses[number] == .approved))
        }
    }

    @Test("a meeting that is refused gets one request, whatever else there is for it")
    func oneRequest() async throws {
        let scene = try #require(AnswerScene.of("not the host"))
        let report = try await scene.run(scene.csv)
        #expect(report.updates.count == 1)
        #expect(Set(report.codes) == [3003])
    }
}

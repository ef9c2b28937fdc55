import Journal
import Testing
import ZoomModel
import ZoomSandbox

@testable import Sending
@testable import Zoom

/// Wrong registrants, spent day limits and faults at once: each row still ends as it must.
@Suite("Each row ends exactly as expected")
struct ExactOutcomeTests {
    private static let faults = [
        FaultRule(.status(503, applied: false), .chance(0.02)), FaultRule(.status(500, applied: true), .chance(0.01)),
        FaultRule(.cut(applied: false), .chance(0.01)), FaultRule(.cut(applied: true), .chance(0.01)),
    ]

    /// Row by row the meeting and the registrant, dealt out unevenly.
    private static func rows(_ count: Int, meetings: Int) -> [(meeting: String, id: String)] {
        (0..<count).map { number in
            // The square gives the first meetings more than the last ones.
            let share = Double(number * 7_919 % count) / Double(count)
            return ("\(84_000_000_000 + Int(share * share * Double(meetings)))", "r\(number)x")
        }
    }

    private static func csv(_ rows: [(meeting: String, id: String)]) -> String {
        "Meeting,Registrant ID,Action\n" + rows.map { "\($0.meeting),\($0.id),approve\n" }.joined()
    }

    private func run() -> SandboxRun {
        var run = SandboxRun()
        run.sandbox.isOpen = true
        run.sandbox.badFraction = 0.02
        run.sandbox.plan = .business
        run.sandbox.faults = Self.faults
        run.options = DispatchOptions(.business)
        return run
    }

    @Test("2 % wrong registrants, some whose day is spent, and 5 % faults")
    func registrants() async throws {
        let rows = Self.rows(3_000, meetings: 30)
        var meetings: [String: SeedMeeting] = [:]
        var expected: [Outcome] = []
        for (number, row) in rows.enumerated() {
            let isBad = ZoomWorld.isBad(row.id, fraction: 0.02)
            // One in forty of those that exist had their ten changes today.
            let isSpent = number % 40 == 5 && !isBad
            expected.append(isBad ? .failed : isSpent ? .deferred : .applied)
            guard isSpent else { continue }
            meetings[row.meeting, default: SeedMeeting(id: row.meeting, registrants: [], open: true)]
                .registrants?.append(SeedRegistrant(id: row.id, changesToday: 10))
        }
        var run = run()
        run.sandbox.seed = Seed(meetings: Array(meetings.values))
        let report = try await run(Self.csv(rows), registrants: rows)
        #expect(AnswerScene.End(report.ending) == .workRemains)
        let wrong = zip(rows, zip(expected, report.outcomes)).filter { $1.0 != $1.1 }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
        #expect(Set(expected) == [.applied, .failed, .deferred])
        for (outcome, status) in zip(report.outcomes, report.statuses) {
            #expect((outcome == .applied) == (status == .approved))
        }
        #expect(report.stats.faults > 0)
    }

    @Test(
        "when the account's day is spent on the way, what was done is applied, the rest deferred, and the day not hammered"
    )
    func account() async throws {
        let rows = Self.rows(1_500, meetings: 20)
        var run = run()
        run.sandbox.perDay = 60
        let report = try await run(Self.csv(rows), registrants: rows)
        #expect(AnswerScene.End(report.ending) == .workRemains)
        #expect(Set(report.outcomes).isSubset(of: [.applied, .failed, .deferred]))
        #expect(report.counts[.deferred, default: 0] > 0 && report.counts[.applied, default: 0] > 0)
        for (number, outcome) in report.outcomes.enumerated() {
            if outcome == .failed { #expect(ZoomWorld.isBad(rows[number].id, fraction: 0.02)) }
            // Nothing is called applied that was not done.
            if outcome == .applied { #expect(report.statuses[number] == .approved) }
        }
        // What was done and not called applied had its answer lost: it is sent again, which changes nothing.
        let answered = report.sent.filter { $0.status == 204 }.flatMap(\.update.registrants).compactMap(\.id)
        for (number, status) in report.statuses.enumerated()
        where report.outcomes[number] != .applied && status == .approved {
            #expect(!answered.contains(rows[number].id))
        }
        #expect(report.sent.count { $0.status == 429 } <= 20)
    }
}

import Sending
import Testing
import ZoomModel
import ZoomSandbox

@Suite("A meeting that is refused as a whole")
struct GivenUpTests {
    private static let meeting = "84512093377"

    /// Runs a list of a thousand rows of which some are registered.
    private func run(
        rows: Int = 1_000,
        asksEveryone: Bool = false,
        isGood: (Int) -> Bool
    ) async throws -> SandboxRun.Report {
        let people = (0..<rows).filter(isGood).map { SeedRegistrant(id: "r\($0)", email: "guest.\($0)@example.org") }
        var run = SandboxRun()
        run.sandbox.seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
        run.sandbox.limitsRate = false
        run.options = DispatchOptions(pace: .unlimited, days: DayLimits())
        run.options.asksEveryone = asksEveryone
        return try await run(
            "Meeting,Registrant ID,Action\n" + (0..<rows).map { "\(Self.meeting),r\($0),approve\n" }.joined()
        )
    }

    @Test("a thousand rows cost twenty requests at most, and the results say how many were asked, and what to do")
    func whole() async throws {
        let report = try await run { _ in false }
        #expect(report.updates.count <= 20, "\(report.updates.count) requests")
        #expect(report.counts == [.failed: 1_000])
        #expect(Set(report.codes) == [404])
        let reason = try #require(report.reasons.first { $0.contains("were not asked") })
        #expect(
            reason == """
                12 people at different places of this list were refused with the same words, so the other 988 were not asked: \
                Zoom knows none of them in this meeting. Most often the ids are not Zoom's, or the meeting is the wrong one. \
                Check both, then run the file again. To have each one asked all the same, run it with `--ask-everyone`. \
                (HTTP 404: Meeting or registrant not found.)
                """
        )
        #expect(report.reasons.count { $0 == reason } == 988)
    }

    @Test("a list whose first hundred rows are wrong has all others applied")
    func firstRows() async throws {
        let report = try await run { $0 >= 100 }
        #expect(report.outcomes == (0..<1_000).map { $0 < 100 ? .failed : .applied })
    }

    @Test("a list of which every second row is wrong has all others applied")
    func everySecond() async throws {
        let report = try await run(rows: 300) { $0 % 2 == 1 }
        #expect(report.outcomes == (0..<300).map { $0 % 2 == 0 ? .failed : .applied })
    }

    @Test("each one is asked where everyone is to be")
    func everyone() async throws {
        let report = try await run(rows: 40, asksEveryone: true) { _ in false }
        #expect(report.updates.count > 40)
        #expect(report.reasons.allSatisfy { !$0.contains("were not asked") })
    }
}

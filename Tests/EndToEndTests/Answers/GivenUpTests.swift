import Testing
import ZoomModel

/// A meeting of which everybody is refused, at the level of the command.
@Suite("A meeting that is refused as a whole", .serialized)
struct GivenUpTests {
    private static let meeting = "84512093377"

    /// Runs a list of a thousand rows of which some are registered, and returns what came of it.
    private func run(
        _ arguments: String...,
        rows: Int = 1_000,
        isGood: (Int) -> Bool
    ) async throws -> (run: Finished, results: Results, requests: Int) {
        let people = (0..<rows).filter(isGood).map { SeedRegistrant(id: "r\($0)", email: "guest.\($0)@example.org") }
        return try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                "--no-rate-limit",
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
            )
            let file = try place.write(Spreadsheet.one(registrants: rows).csv, as: "decisions.csv")
            let run = try await place.startUsher(["run", file, "--rate", "unlimited"] + arguments, to: sandbox)
                .finished(within: .seconds(180))
            return (run, try place.results(file), try sandbox.audit.updates().count)
        }
    }

    @Test("a thousand rows cost twenty requests at most, and the results say how many were asked, and what to do")
    func whole() async throws {
        let (run, results, requests) = try await run { _ in false }
        #expect(run.code == 1, "\(run.errors)")
        #expect(requests <= 20, "\(requests) requests")
        #expect(results.outcomes == ["failed": 1_000])
        #expect(Set(results["zoom_code"]) == ["404"])
        let reason = try #require(results["reason"].first { $0.contains("were not asked") })
        #expect(
            reason == """
                12 people at different places of this list were refused with the same words, so the other 988 were not asked: \
                Zoom knows none of them in this meeting. Most often the ids are not Zoom's, or the meeting is the wrong one. \
                Check both, then run the file again. To have each one asked all the same, run it with `--ask-everyone`. \
                (HTTP 404: Meeting or registrant not found.)
                """
        )
        #expect(results["reason"].count { $0 == reason } == 988)
    }

    @Test("a list whose first hundred rows are wrong has all others applied")
    func firstRows() async throws {
        let (run, results, _) = try await run { $0 >= 100 }
        #expect(run.code == 1, "\(run.errors)")
        #expect(results["outcome"] == (0..<1_000).map { $0 < 100 ? "failed" : "applied" })
    }

    @Test("a list of which every second row is wrong has all others applied")
    func everySecond() async throws {
        let (run, results, _) = try await run(rows: 300) { $0 % 2 == 1 }
        #expect(run.code == 1, "\(run.errors)")
        #expect(results["outcome"] == (0..<300).map { $0 % 2 == 0 ? "failed" : "applied" })
    }

    @Test("--ask-everyone asks about each one")
    func everyone() async throws {
        let (run, results, requests) = try await run("--ask-everyone", rows: 40) { _ in false }
        #expect(run.code == 1)
        #expect(requests > 40)
        #expect(results["reason"].allSatisfy { !$0.contains("were not asked") })
    }
}

import Testing
import ZoomModel

/// Wrong registrants, spent day limits and faults at once: each row still ends as it must.
@Suite("Each row ends exactly as expected", .serialized)
struct ExactOutcomeTests {
    private static let faults = ["503:0.02", "500-after:0.01", "cut-before:0.01", "cut-after:0.01"].flatMap {
        ["--fail", $0]
    }

    @Test("2 % wrong registrants, some whose day is spent, and 5 % faults")
    func registrants() async throws {
        let sheet = Spreadsheet(decisions: 3_000, meetings: 30, seed: 7)
        // One in forty of those that exist had their ten changes today.
        func isBad(_ row: Spreadsheet.Row) -> Bool {
            ZoomWorld.isBad(row.registrant.isEmpty ? row.email : row.registrant, fraction: 0.02)
        }
        var meetings: [String: SeedMeeting] = [:]
        var expected: [String] = []
        for (number, row) in sheet.rows.enumerated() {
            let isSpent = number % 40 == 5 && !isBad(row) && !row.registrant.isEmpty
            expected.append(isBad(row) ? "failed" : isSpent ? "deferred" : "applied")
            guard isSpent else { continue }
            let spent = SeedRegistrant(id: row.registrant, email: row.email, changesToday: 10)
            meetings[row.meeting, default: SeedMeeting(id: row.meeting, registrants: [], open: true)]
                .registrants?.append(spent)
        }
        try await withWorkplace { [meetings, expected] place in
            let sandbox = try await place.startSandbox(
                ["--open", "--bad", "0.02", "--plan", "business"] + Self.faults,
                seed: Seed(meetings: Array(meetings.values))
            )
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--plan", "business", to: sandbox)

            #expect(run.code == 75, "\(run.errors)")
            let results = try place.results(file)
            results.expectToMirror(sheet)
            let wrong = zip(zip(sheet.rows, expected), results.records).filter { $0.0.1 != $0.1[6] }
            #expect(wrong.isEmpty, "\(wrong.prefix(5))")
            #expect(Set(expected) == ["applied", "failed", "deferred"])
            let applied = zip(sheet.rows, expected).filter { $0.1 == "applied" }.map(\.0.deed)
            #expect(Set(try sandbox.audit.updates().flatMap(\.done)) == Set(applied))
            #expect(try sandbox.audit.updates().contains { $0.fault != nil })
            #expect(try await place.usher("status", "--check").code == 0)
        }
    }

    @Test(
        "when the account's day is spent on the way, what was done is applied, what was refused failed, the rest deferred"
    )
    func account() async throws {
        let sheet = Spreadsheet(decisions: 1_500, meetings: 20, seed: 8)
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                ["--open", "--bad", "0.02", "--plan", "business", "--daily", "60"] + Self.faults
            )
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--plan", "business", to: sandbox)

            #expect(run.code == 75, "\(run.errors)")
            let results = try place.results(file)
            results.expectToMirror(sheet)
            let outcomes = zip(sheet.rows, results["outcome"])
            #expect(Set(results["outcome"]).isSubset(of: ["applied", "failed", "deferred"]))
            #expect(results.outcomes["deferred", default: 0] > 0)
            let applied = Set(outcomes.filter { $0.1 == "applied" }.map(\.0.deed))
            let done = Set(try sandbox.audit.updates().flatMap(\.done))
            // Nothing is called applied that was not done. What was done with its answer lost may be deferred: it is sent
            // again, which changes nothing.
            #expect(applied.isSubset(of: done))
            let lost = done.subtracting(applied)
            let answered = try sandbox.audit.updates().filter { $0.fault == nil }.flatMap(\.done)
            #expect(lost.isDisjoint(with: answered))
            for (row, outcome) in outcomes where outcome == "failed" {
                let key = row.registrant.isEmpty ? row.email : row.registrant
                #expect(ZoomWorld.isBad(key, fraction: 0.02))
            }
            // The day is not asked about again and again.
            #expect(try sandbox.audit.updates().count { $0.status == 429 } <= 20)
        }
    }
}

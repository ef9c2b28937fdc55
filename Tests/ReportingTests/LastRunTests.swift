import Foundation
import Testing

@testable import Journal
@testable import Reporting

@Suite("Reporting on the last run")
struct LastRunTests {
    private static let list = "Meeting,Email,Action\n84512093371,a@example.org,approve\n"

    /// A journal with one row in the given state, and a run afterwards that had nothing to do with it.
    private func night(_ verdict: BatchResult, exitCode: Int32?) async throws -> ReportHarness {
        let night = try ReportHarness()
        try await night.take("list.csv", Self.list) { _, now in
            ReportHarness.Answer(
                attempt: Attempt(startedAt: now, duration: .milliseconds(9), status: 204),
                verdict: verdict
            )
        }
        try await night.idleRun(exitCode: exitCode)
        return night
    }

    @Test("applied rows that Zoom's lists showed otherwise need a person, with what was found and where they stand")
    func differing() async throws {
        let night = try ReportHarness()
        let job = try await night.take("list.csv", Self.list) { _, now in
            ReportHarness.Answer(
                attempt: Attempt(startedAt: now, duration: .milliseconds(9), status: 204),
                verdict: .applied
            )
        }
        try await night.journal?.note(differences: [1: "its lists showed the registrant as pending."], of: job)
        let reader = try JournalReader(path: night.path)
        let report = try Report(of: reader.job(job), in: reader, at: night.now)
        let text = ReportText(report).text
        #expect(text.hasPrefix("One row needs you."))
        #expect(
            text.contains(
                "Zoom showed otherwise: 1 row in meeting 845 1209 3371. Zoom confirmed this, but its lists showed"
            )
        )
        #expect(text.contains("    row 2 (a@example.org)"))
        let page = ReportHTML(report, version: "0").text
        #expect(page.contains("Zoom showed otherwise") && page.contains("a@example.org"))
        #expect(try ReportJSON(report).text().contains("\"needing_person\" : 1"))
    }

    @Test("a run that touched no job had nothing to send, and says nothing about rows")
    func idle() async throws {
        let text = try await night(.applied, exitCode: 0).textOfLastRun()
        #expect(text == "Nothing had to be sent. Nobody needs to do anything.")
    }

    @Test("what earlier runs left to a person is not passed over")
    func elsewhere() async throws {
        let text = try await night(.failed(reason: "no"), exitCode: 1).textOfLastRun()
        #expect(
            text == "Nothing had to be sent. From earlier runs, 1 row needs a person: `usher status` shows the jobs."
        )
    }

    @Test("a run that was stopped before it sent anything does not say that there was nothing to do")
    func stopped() async throws {
        let text = try await night(.applied, exitCode: 75).textOfLastRun()
        #expect(text.hasPrefix("Nothing was sent. The last run left something to be done: `usher explain 75`"))
    }

    @Test("a full disk is told of, with what explains it")
    func fullDisk() async throws {
        let text = try await night(.applied, exitCode: 74).textOfLastRun()
        #expect(text.contains("ended early, with exit code 74") && text.contains("`usher explain 74`"))
        #expect(!text.contains("Nobody needs"))
    }

    @Test("a run that was cut off is called so, and one under way is not")
    func cutOff() async throws {
        let night = try await night(.applied, exitCode: nil)
        #expect(
            try night.textOfLastRun() == "A run is under way, and has sent nothing yet. Nobody needs to do anything."
        )
        night.close()
        let text = try night.textOfLastRun()
        #expect(text.hasPrefix("The last run was cut off before it had sent anything. The last run ended early"))
        #expect(!text.contains("Nobody needs"))
    }

    @Test("the counts are those of the jobs, and are said to be")
    func standing() async throws {
        let night = try ReportHarness()
        try await night.everything()
        let text = try night.textOfLastRun()
        #expect(text.contains("What was worked on in the last run stands at: 40 applied"))
    }

    @Test("requests after the run's end, as of usher verify, are not the run's")
    func requestsAfterwards() async throws {
        let night = try ReportHarness()
        try await night.everything()
        let report = { try Report(ofLast: #require(try night.reader().lastRun()), in: night.reader(), at: night.now) }
        let before = try report()
        let journal = try #require(night.journal)
        let target = try #require(before.jobs.first.first?.meetings.first.first?.target)
        let attempt = Attempt(startedAt: night.now + 5, duration: .milliseconds(9), status: 200)
        try await journal.note(listing: attempt, of: target)
        #expect(try report().requests?.count == before.requests?.count)
        let since = try Report(since: .distantPast + 1, subject: "all", in: night.reader(), at: night.now)
        #expect(since.requests?.count == (before.requests?.count ?? 0) + 1)
    }
}

extension ReportHarness {
    /// A run that does nothing; nil notes no end.
    func idleRun(exitCode: Int32?) async throws {
        let journal = try #require(journal)
        let run = try await journal.beginRun(allowedRate: nil, at: now + 1)
        if let exitCode { try await journal.endRun(run, exitCode: exitCode, at: now + 2) }
    }

    func textOfLastRun() throws -> String {
        let reader = try reader()
        return ReportText(try Report(ofLast: #require(try reader.lastRun()), in: reader, at: now + 3)).text
    }
}

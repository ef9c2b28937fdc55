import Foundation
import Sending
import Testing

@testable import Journal

@Suite("Asking again on later nights")
struct NightsTests {
    let bench: JournalHarness

    init() throws { bench = try JournalHarness() }

    private func refuse(_ job: JobID, at date: Date) async throws {
        for batch in try await bench.journal.openBatches(of: [job]) {
            _ = try await bench.journal.begin([batch.id], at: date)
            _ = try await bench.journal.settle(
                batch.id,
                .failed(reason: "no such meeting"),
                after: Attempt(startedAt: date, duration: .zero, status: 404),
                at: date
            )
        }
    }

    private func reopened(hours: Double) async throws -> Int {
        let now = bench.now.addingTimeInterval(hours * 3_600)
        return try await Nights.reopenFailed(in: bench.journal, at: now, looksFirst: true).values.reduce(0, +)
    }

    @Test("a refusal is asked again on the next two nights, and then left to a person")
    func twoNights() async throws {
        let job = try await bench.addJob(3)
        try await refuse(job, at: bench.now)
        for night in 1...2 {
            #expect(try await reopened(hours: Double(night) * 24) == 3)
            try await refuse(job, at: bench.now.addingTimeInterval(Double(night) * 86_400))
        }
        #expect(try await reopened(hours: 72) == 0)
    }

    @Test("a second run of the same night does not ask, nor does one that comes days later")
    func notNow() async throws {
        try await refuse(try await bench.addJob(3), at: bench.now)
        #expect(try await reopened(hours: 11) == 0)
        #expect(try await reopened(hours: 100) == 0)
        #expect(try await reopened(hours: 12) == 3)
    }

    @Test("what only Zoom's lists spoke against is asked again too")
    func listed() async throws {
        let job = try await bench.addJob(1)
        let decision = try await bench.journal.openDecisions(for: JournalHarness.meeting, of: [job], at: bench.now)[0]
            .id
        try await bench.journal.note([PreflightFinding(decision, .notRegistered(reason: "who?"))], at: bench.now)
        #expect(try await reopened(hours: 24) == 1)
    }

    @Test("a contradiction that Zoom's lists showed is not sent by a run that does not look at them")
    func contradiction() async throws {
        let job = try await bench.addJob(2)
        let decisions = try await bench.journal.openDecisions(for: JournalHarness.meeting, of: [job], at: bench.now)
        try await bench.journal.note(
            [
                PreflightFinding(decisions[0].id, .mismatched(reason: "two people")),
                PreflightFinding(decisions[1].id, .notRegistered(reason: "who?")),
            ],
            at: bench.now
        )
        #expect(try await bench.journal.reopenFailed(job, looksFirst: false) == 1)
        #expect(try bench.results(job).map(\.0) == [.failed, .pending])
        #expect(try await bench.journal.reopenFailed(job, looksFirst: true) == 1)
        #expect(try bench.results(job).map(\.0) == [.pending, .pending])
    }
}

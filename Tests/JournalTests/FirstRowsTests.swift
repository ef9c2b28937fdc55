import Decisions
import Foundation
import Testing

@testable import Journal

@Suite("The first rows of a spreadsheet, as a try")
struct FirstRowsTests {
    let bench: JournalHarness

    init() throws { bench = try JournalHarness() }

    private func registrants(_ job: JobID...) async throws -> [String] {
        var emails: [String] = []
        for batch in try await bench.journal.openBatches(of: job) {
            for claimed in try await bench.journal.begin([batch.id], at: bench.now) {
                emails += claimed.registrants.compactMap(\.email)
            }
        }
        return emails
    }

    @Test("a batch that begins within them is split, and nothing of the rest is sent")
    func split() async throws {
        let job = try await bench.addJob(40)
        #expect(try await bench.journal.holdBack(beyond: 3, of: [job]) == 37)
        #expect(try await bench.journal.openBatches(of: [job]).map(\.size) == [3])
        // Full batches would need the fewest requests; the rest must not come in by that.
        try await bench.journal.regroup(job, size: 30, at: bench.now)
        #expect(try await registrants(job) == (1...3).map { "guest\($0)@example.org" })
        #expect(try bench.counts(job)[.pending] == 40)
    }

    @Test(
        "they are counted over several spreadsheets in order",
        arguments: [(5, [5]), (10, [10]), (12, [10, 2]), (99, [10, 10])]
    )
    func several(count: Int, sizes: [Int]) async throws {
        let (one, two) = (try await bench.addJob(10), try await bench.addJob(10, target: JournalHarness.other))
        #expect(try await bench.journal.holdBack(beyond: count, of: [one, two]) == max(0, 20 - count))
        #expect(try await bench.journal.openBatches(of: [one, two]).map(\.size) == sizes)
        let hasSecond = try await !bench.journal.openWork(of: [two]).isEmpty
        #expect(hasSecond == (sizes.count > 1))
    }

    @Test("what becomes of the meeting as a whole, or of its lists, leaves the rest as it is")
    func whole() async throws {
        let job = try await bench.addJob(10)
        _ = try await bench.journal.holdBack(beyond: 4, of: [job])
        let found = try await bench.journal.openDecisions(for: JournalHarness.meeting, of: [job], at: bench.now)
        #expect(found.count == 4)
        _ = try await bench.journal.failOpen(
            JournalHarness.meeting,
            of: [job],
            code: 3_001,
            reason: "no such meeting",
            at: bench.now
        )
        try await bench.journal.note(unsent: "stopped", of: [job], in: nil)
        let counts = try bench.counts(job)
        #expect(counts[.failed] == 4 && counts[.pending] == 6)
        #expect(try bench.results(job).last?.1 == "not sent yet")
    }

    @Test("what was deferred keeps its time on both sides of the cut")
    func deferred() async throws {
        let job = try await bench.addJob(10)
        let due = bench.now + 600
        _ = try await bench.journal.deferOpen(
            JournalHarness.meeting,
            of: [job],
            until: due,
            reason: "spent",
            at: bench.now
        )
        _ = try await bench.journal.holdBack(beyond: 4, of: [job])
        let open = try await bench.journal.openBatches(of: [job])
        #expect(open.map(\.size) == [4] && open[0].dueAt == due)
        #expect(try bench.counts(job)[.deferred] == 10)
    }

    @Test("what falls due after a moment can be left to a later run, and nothing else")
    func dueLater() async throws {
        let (one, two) = (try await bench.addJob(10), try await bench.addJob(10, target: JournalHarness.other))
        _ = try await bench.journal.deferOpen(
            JournalHarness.other,
            of: [two],
            until: bench.now + 20,
            reason: "spent",
            at: bench.now
        )
        try await bench.journal.holdBack(dueAfter: bench.now + 20, of: [one, two])
        #expect(try await bench.journal.openBatches(of: [one, two]).map(\.size) == [10, 10])
        try await bench.journal.holdBack(dueAfter: bench.now + 19, of: [one, two])
        #expect(try await bench.journal.openBatches(of: [one, two]).map(\.job) == [one])
        #expect(try bench.counts(two)[.deferred] == 10)
    }

    @Test("the next run holds nothing back, even if this one is killed")
    func next() async throws {
        let job = try await bench.addJob(40)
        _ = try await bench.journal.holdBack(beyond: 3, of: [job])
        let journal = try Journal(path: try bench.copy(to: "killed"))
        try await journal.regroup(job, size: 30, at: bench.now)
        #expect(try await journal.openBatches(of: [job]).map(\.size).reduce(0, +) == 40)
        #expect(try JournalReader(path: journal.path).check().isEmpty)
    }
}

import Decisions
import Foundation
import Spreadsheet
import Testing

@testable import Journal

@Suite("Sending, as the journal sees it")
struct SendingTests {
    let bench: JournalHarness

    init() throws { bench = try JournalHarness() }

    @Test("an ingested job waits in batches of at most the size asked for")
    func batches() async throws {
        let job = try await bench.addJob(65)
        let open = try await bench.journal.openBatches()
        #expect(open.map(\.size) == [30, 30, 5])
        #expect(try bench.counts(job)[.pending] == 65)
    }

    @Test("an intent is on disk before it is returned, and another process sees it")
    func intent() async throws {
        _ = try await bench.addJob(3)
        let open = try await bench.journal.openBatches()
        let shipment = try await bench.journal.begin(open.map(\.id), at: bench.now)[0]
        #expect(
            shipment.registrants.map(\.email) == ["guest1@example.org", "guest2@example.org", "guest3@example.org"]
        )
        let state = try bench.reader().connection.statement("select state from batch").first { $0.string("state") }
        #expect(state == "in_flight")
    }

    @Test("a result settles the batch and the counts together")
    func applied() async throws {
        let job = try await bench.addJob(3)
        let batch = try await bench.journal.openBatches()[0].id
        _ = try await bench.journal.begin([batch], at: bench.now)
        _ = try await bench.journal.settle(batch, .applied, after: bench.attempt(), at: bench.now)
        #expect(try bench.counts(job)[.applied] == 3)
        #expect(try bench.reader().job(job).finishedAt == bench.now)
        #expect(try bench.results(job).allSatisfy { $0.0 == .applied && $0.2 == 1 })
        #expect(try await bench.journal.openJobs().isEmpty)
    }

    @Test("a batch that is not in flight can't be settled")
    func illegal() async throws {
        _ = try await bench.addJob(3)
        let batch = try await bench.journal.openBatches()[0].id
        await #expect(throws: JournalError.self) {
            try await bench.journal.settle(batch, .applied, after: nil, at: bench.now)
        }
    }

    @Test("after the first failure nothing more is written")
    func stopsAfterFailure() async throws {
        let job = try await bench.addJob(3)
        let batch = try await bench.journal.openBatches()[0].id
        _ = try? await bench.journal.settle(batch, .applied, after: nil, at: bench.now)
        await #expect(throws: JournalError.self) { try await bench.journal.begin([batch], at: bench.now) }
        #expect(try bench.counts(job)[.pending] == 3)
    }

    @Test("a released intent is as if it had never been")
    func release() async throws {
        _ = try await bench.addJob(3)
        let before = try await bench.journal.openBatches()
        _ = try await bench.journal.begin(before.map(\.id), at: bench.now)
        try await bench.journal.release(before.map(\.id))
        #expect(try await bench.journal.openBatches() == before)
    }

    @Test("what a killed run left in flight is pending again, and its request counted")
    func recovers() async throws {
        _ = try await bench.addJob(3)
        let open = try await bench.journal.openBatches()
        _ = try await bench.journal.begin(open.map(\.id), at: bench.now)
        let path = try bench.copy(to: "after-kill")
        let journal = try Journal(path: path)
        #expect(try await journal.recover() == 1)
        #expect(try await journal.openBatches().map(\.attempts) == [1])
        #expect(try await journal.spending(on: UTCDay(bench.now)).byAccount == [nil: 1])
    }

    @Test("a split batch goes on in two, which know that one of them holds the culprit")
    func split() async throws {
        let job = try await bench.addJob(5)
        let batch = try await bench.journal.openBatches()[0].id
        _ = try await bench.journal.begin([batch], at: bench.now)
        let halves = try await bench.journal.settle(
            batch,
            .split(first: 2, suspect: true, reason: "not found"),
            after: bench.attempt(404),
            at: bench.now
        )
        #expect(halves.map(\.size) == [2, 3])
        #expect(halves.allSatisfy { $0.suspect && $0.attempts == 1 })
        #expect(try await bench.journal.openBatches() == halves)
        let shipped = try await bench.journal.begin(halves.map(\.id), at: bench.now)
        #expect(shipped.flatMap(\.registrants).compactMap(\.email) == (1...5).map { "guest\($0)@example.org" })
        #expect(shipped.flatMap(\.changesToday) == [1, 1, 1, 1, 1])
        #expect(try bench.counts(job)[.pending] == 5)
    }

    @Test("registrants that are set aside wait, the others go on")
    func setAside() async throws {
        let job = try await bench.addJob(4)
        let batch = try await bench.journal.openBatches()[0].id
        _ = try await bench.journal.begin([batch], at: bench.now)
        let tomorrow = bench.now.addingTimeInterval(86_400)
        let parts = try await bench.journal.settle(
            batch,
            .setAside([1], until: tomorrow, reason: "ten changes today"),
            after: bench.attempt(429, code: 429),
            at: bench.now
        )
        #expect(parts.map(\.size) == [1, 3])
        #expect(parts[0].dueAt == tomorrow)
        #expect(try bench.counts(job)[.deferred] == 1)
        #expect(try bench.counts(job)[.pending] == 3)
        #expect(try bench.results(job)[1].1 == "ten changes today")
    }

    @Test("the one who is picked goes on alone, the others go on together, and no request is counted")
    func pick() async throws {
        let job = try await bench.addJob(4)
        let batch = try await bench.journal.openBatches()[0].id
        _ = try await bench.journal.begin([batch], at: bench.now)
        let parts = try await bench.journal.settle(
            batch,
            .pick(2, reason: "asked alone first"),
            after: nil,
            at: bench.now
        )
        #expect(parts.map(\.size) == [1, 3])
        #expect(parts.allSatisfy { !$0.suspect && $0.attempts == 0 })
        let shipped = try await bench.journal.begin(parts.map(\.id), at: bench.now)
        #expect(
            shipped.map { $0.registrants.compactMap(\.email) } == [
                ["guest3@example.org"], ["guest1@example.org", "guest2@example.org", "guest4@example.org"],
            ]
        )
        #expect(try bench.counts(job)[.pending] == 4)
    }

    @Test("closing one action of a meeting leaves its others alone")
    func failOneAction() async throws {
        let job = try await bench.addJob(3)
        let target = try await bench.journal.openBatches(of: [job])[0].target
        let none = try await bench.journal.failOpen(
            target,
            only: .deny,
            of: [job],
            code: 1,
            reason: "no",
            at: bench.now
        )
        #expect(none.isEmpty)
        let all = try await bench.journal.failOpen(
            target,
            only: .approve,
            of: [job],
            code: 1,
            reason: "no",
            at: bench.now
        )
        #expect(all.count == 1)
        #expect(try bench.counts(job)[.failed] == 3)
    }

    @Test("a refusal about the meeting fails all its batches, and no other meeting's")
    func failOpen() async throws {
        let job = try await bench.addJob(65)
        let other = try await bench.addJob(5, target: JournalHarness.other)
        let first = try await bench.journal.openBatches(of: [job])[0].id
        _ = try await bench.journal.begin([first], at: bench.now)
        let failed = try await bench.journal.failOpen(
            JournalHarness.meeting,
            of: [job, other],
            code: 3001,
            reason: "no such meeting",
            at: bench.now
        )
        #expect(failed.count == 2)
        #expect(try bench.counts(job)[.failed] == 35)
        #expect(try bench.counts(job)[.pending] == 30)
        #expect(try bench.counts(other)[.pending] == 5)
    }

    @Test("many callers at once share a flush, and each gets its own answer")
    func groupCommit() async throws {
        let job = try await bench.addJob(300, batchSize: 1)
        let batches = try await bench.journal.openBatches().map(\.id)
        let bench = bench
        let journal = bench.journal
        let now = bench.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for batch in batches {
                group.addTask {
                    let shipments = try await journal.begin([batch], at: now)
                    #expect(shipments.map(\.batch) == [batch])
                    _ = try await journal.settle(
                        batch,
                        .applied,
                        after: Attempt(startedAt: now, duration: .zero, status: 204),
                        at: now
                    )
                }
            }
            try await group.waitForAll()
        }
        #expect(try bench.counts(job)[.applied] == 300)
    }

    @Test("small batches are joined, larger ones cut to size, suspects left alone")
    func regroup() async throws {
        let job = try await bench.addJob(40, batchSize: 4)
        let open = try await bench.journal.openBatches()
        _ = try await bench.journal.begin([open[0].id], at: bench.now)
        _ = try await bench.journal.settle(
            open[0].id,
            .split(first: 2, suspect: true, reason: "?"),
            after: bench.attempt(404),
            at: bench.now
        )
        try await bench.journal.regroup(job, size: 30, at: bench.now)
        #expect(try await bench.journal.openBatches().map(\.size).sorted() == [2, 2, 6, 30])
        try await bench.journal.regroup(job, size: 10, at: bench.now)
        #expect(try await bench.journal.openBatches().map(\.size).sorted() == [2, 2, 6, 10, 10, 10])
        #expect(try bench.counts(job)[.pending] == 40)
    }

    @Test("a second writer is refused, and told who holds the journal")
    func locked() throws {
        let error = #expect(throws: JournalError.self) { try Journal(path: bench.path) }
        #expect(error == .locked(path: bench.path, pid: getpid()))
    }

    @Test("a clock that is set back over midnight and forward again gives no changes away twice")
    func clockSetBack() async throws {
        _ = try await bench.addJob(1)
        let batch = try await bench.journal.openBatches()[0].id
        let tomorrow = bench.now.addingTimeInterval(86_400)
        var changes: [Int] = []
        for date in [bench.now, bench.now, tomorrow, bench.now, tomorrow, bench.now] {
            let shipment = try await bench.journal.begin([batch], at: date)[0]
            changes += shipment.changesToday
            let attempt = Attempt(startedAt: date, duration: .zero, status: 500)
            _ = try await bench.journal.settle(batch, .pending(reason: nil), after: attempt, at: date)
        }
        // What is not known exactly is never less than it was.
        #expect(zip(changes, [0, 1, 0, 2, 1, 3]).allSatisfy { $0 >= $1 })
        #expect(changes[1] == 1 && changes[2] == 0)
    }

    @Test("a request that can't have changed anything is an attempt, but no change of the day")
    func noChange() async throws {
        _ = try await bench.addJob(1)
        let batch = try await bench.journal.openBatches()[0].id
        _ = try await bench.journal.begin([batch], at: bench.now)
        let attempt = Attempt(startedAt: bench.now, duration: .zero, status: 429, mayHaveChanged: false)
        _ = try await bench.journal.settle(batch, .pending(reason: nil), after: attempt, at: bench.now)
        #expect(try await bench.journal.openBatches()[0].attempts == 1)
        #expect(try await bench.journal.begin([batch], at: bench.now)[0].changesToday == [0])
    }

    @Test("a later spreadsheet may decide otherwise about somebody whom an earlier one names twice")
    func replacesDuplicates() async throws {
        let head = "Meeting ID,Email,Action\n"
        let row = "68423085123,guest1@example.org,"
        for (name, text) in [
            ("first", head + row + "approve\n" + row + "approve\n"), ("second", head + row + "deny\n"),
        ] {
            let file = bench.directory.appending(path: "\(name).csv")
            try Data(text.utf8).write(to: file)
            let source = try SpreadsheetSource(path: file.path)
            _ = try await bench.journal.ingest(source, options: IngestOptions(), at: bench.now)
        }
        #expect(try bench.counts(JobID(rawValue: 1))[.skipped] == 2)
        #expect(try bench.counts(JobID(rawValue: 2))[.pending] == 1)
        // With its last open row replaced, nothing is left of the first one: it is finished, and can be pruned one day.
        #expect(try bench.reader().job(JobID(rawValue: 1)).finishedAt == bench.now)
        #expect(try bench.results(JobID(rawValue: 1))[0].1 == "replaced by row 2 of job 2 (second.csv)")
    }

    @Test("a request that was interrupted counts with the day of its intent, whenever it is found")
    func recoversOverMidnight() async throws {
        _ = try await bench.addJob(3)
        let open = try await bench.journal.openBatches()
        let midnight = UTCDay(bench.now).end
        _ = try await bench.journal.begin(open.map(\.id), at: midnight.addingTimeInterval(-2))
        let journal = try Journal(path: try bench.copy(to: "after-kill"))
        #expect(try await journal.recover() == 1)
        #expect(try await journal.spending(on: UTCDay(bench.now)).byAccount == [nil: 1])
        #expect(try await journal.spending(on: UTCDay(midnight)).byAccount == [:])
    }
}

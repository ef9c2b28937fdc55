import Decisions
import Foundation

@testable import Journal

/// A life of three jobs that passes through each of the journal's transitions, a transaction at a time.
enum Scenario {
    typealias Step = @Sendable (Journal) async throws -> Void

    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    private static let tomorrow = now.addingTimeInterval(86_400)
    private static let first = JobID(rawValue: 1)
    private static let third = JobID(rawValue: 3)

    /// The steps, in order. Batches 1 to 3 are the first job's, 4 to 6 the second's; 7 to 10 come of a split and of
    /// registrants set aside. The third job comes when the first is done.
    static let steps: [Step] = [
        { try await add($0, rows: 25, target: JournalHarness.meeting, batchSize: 10) },
        { try await add($0, rows: 12, target: JournalHarness.other, batchSize: 4) },
        { _ = try await $0.begin(batches(1, 2, 3), at: now) },
        { try await settle($0, 1, .applied) },
        { try await settle($0, 2, .split(first: 5, suspect: true, reason: "one of them")) },
        { try await $0.release(batches(3)) },
        { _ = try await $0.begin(batches(3), at: now) },
        { try await settle($0, 3, .setAside([1], until: tomorrow, reason: "ten a day")) },
        {
            _ = try await $0.deferOpen(
                JournalHarness.other,
                of: jobs,
                until: tomorrow,
                reason: "the day's limit",
                at: now
            )
        },
        { _ = try await $0.begin(batches(7), at: now) },
        { try await settle($0, 7, .failed(reason: "unknown")) },
        { _ = try await $0.begin(batches(4), at: now) },
        { try await settle($0, 4, .deferred(until: tomorrow, reason: "later")) },
        { _ = try await $0.begin(batches(8), at: now) },
        { try await settle($0, 8, .pending(reason: "busy")) },
        { _ = try await $0.failOpen(JournalHarness.meeting, of: jobs, code: 3001, reason: "no such meeting", at: now) },
        { _ = try await $0.reopenFailed(first, looksFirst: true) },
        { try await $0.regroup(first, size: 30, at: now) },
        { try await beginAll($0) },
        { try await settleNext($0) },
        { try await settleNext($0) },
        { try await settleNext($0) },
        { try await settleNext($0) },
        { try await add($0, rows: 25, target: JournalHarness.meeting, batchSize: 10) },
        {
            try await $0.note(
                listing: Attempt(startedAt: now, duration: .zero, status: 200),
                of: JournalHarness.meeting
            )
        },
        { try await beginAll($0) },
        { try await settleNext($0) },
        { try await settleNext($0) },
        { try await settleNext($0) },
        { try await settleNext($0) },
        { try await settleNext($0) },
        { _ = try await $0.prune(finishedBefore: now.addingTimeInterval(1)) },
    ]

    /// All that a journal holds and the next run builds on. A batch in flight is as good as pending: the next run makes it so,
    /// and notes a request of its own for it, which is left out here.
    static func content(of reader: JournalReader) throws -> String {
        let queries = [
            """
            select json_array(
                id, name, width, rows, applied, skipped, rejected, failed, deferred, pending, finished_at is null
            ) as line from job order by id
            """,
            """
            select json_array(
                id, job, target, action, replace(state, 'in_flight', 'pending'), size, rows, hex(members), suspect, due_at
            ) as line from batch order by id
            """,
            """
            select json_array(id, batch, registrant, email, standing, other, copies) as line from decision order by id
            """,
            """
            select json_array(kind, batch, target, registrants, status) as line from attempt
            where cause is null order by id
            """,
            "select json_array(first_decision, length(records)) as line from source order by first_decision",
        ]
        let lines = try queries.flatMap { query in
            try reader.connection.statement(query).all { $0.string("line") }
        }
        return lines.joined(separator: "\n")
    }

    private static let jobs = [JobID(rawValue: 1), JobID(rawValue: 2)]

    private static func batches(_ ids: Int64...) -> [BatchID] { ids.map(BatchID.init(rawValue:)) }

    private static func add(_ journal: Journal, rows: Int, target: Target, batchSize: Int) async throws {
        _ = try await journal.addTestJob(
            name: "list.csv",
            rows: rows,
            target: target,
            action: .approve,
            batchSize: batchSize,
            copies: 0,
            at: now
        )
    }

    private static func settle(_ journal: Journal, _ batch: Int64, _ verdict: BatchResult) async throws {
        let answer = Attempt(startedAt: now, duration: .milliseconds(5), status: verdict == .applied ? 204 : 404)
        _ = try await journal.settle(BatchID(rawValue: batch), verdict, after: answer, at: now)
    }

    private static func beginAll(_ journal: Journal) async throws {
        _ = try await journal.begin(try await journal.openBatches(of: [first, third]).map(\.id), at: now)
    }

    /// Does nothing when no batch is left in flight.
    private static func settleNext(_ journal: Journal) async throws {
        guard let next = await journal.firstInFlight else { return }
        try await settle(journal, next.rawValue, .applied)
    }
}

extension Journal {
    fileprivate var firstInFlight: BatchID? { batches.inFlight.keys.min() }
}

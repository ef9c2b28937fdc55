import Decisions
import Foundation
import Spreadsheet
import Testing

@testable import Journal

@Suite("What Zoom's lists change in the journal")
struct PreflightTests {
    let bench: JournalHarness

    init() throws { bench = try JournalHarness() }

    private func open(_ jobs: JobID...) async throws -> [OpenDecision] {
        try await bench.journal.openDecisions(for: JournalHarness.meeting, of: jobs, at: bench.now)
    }

    private func expectSound() throws {
        #expect(try bench.reader().check() == [])
    }

    @Test("decisions that could be sent now are handed out in file order, and nobody else's")
    func openDecisions() async throws {
        let job = try await bench.addJob(35)
        let other = try await bench.addJob(2, target: JournalHarness.other)
        let decisions = try await open(job, other)
        #expect(decisions.map(\.registrant.email) == (1...35).map { "guest\($0)@example.org" })
        #expect(decisions.allSatisfy { $0.job == job && !$0.wasSent && $0.action == .approve })
    }

    @Test("rows that name both an id and an email are to be compared, unless they were sent tonight")
    func comparable() async throws {
        func ingest(_ csv: String, as name: String) async throws -> JobID {
            let file = bench.directory.appending(path: name)
            try Data(csv.utf8).write(to: file)
            return try await bench.journal.ingest(
                SpreadsheetSource(path: file.path),
                options: IngestOptions(),
                at: bench.now
            )
            .job
        }
        let both = try await ingest(
            """
            Meeting,Registrant ID,Email,Action
            \(JournalHarness.meeting.id),a1,ann@example.org,approve
            \(JournalHarness.meeting.id),b2,,approve
            \(JournalHarness.meeting.id),,cem@example.org,approve
            \(JournalHarness.meeting.id),d4,dot@example.org,deny
            \(JournalHarness.other.id),e5,,approve
            """,
            as: "both.csv"
        )
        let later = try await ingest(
            "Meeting,Registrant ID,Email,Action\n\(JournalHarness.other.id),f6,fay@example.org,approve\n",
            as: "later.csv"
        )
        func targets(_ jobs: JobID..., since: Date? = nil) async throws -> [Target] {
            try await bench.journal.comparableTargets(of: jobs, at: bench.now, unlessSentSince: since ?? bench.now - 60)
        }
        func ids(_ target: Target, _ jobs: JobID..., since: Date? = nil) async throws -> Set<String> {
            try await bench.journal.comparableIDs(
                for: target,
                of: jobs,
                at: bench.now,
                unlessSentSince: since ?? bench.now - 60
            )
        }
        #expect(try await targets(both) == [JournalHarness.meeting])
        #expect(try await targets(both, later) == [JournalHarness.meeting, JournalHarness.other])
        #expect(try await ids(JournalHarness.meeting, both, later) == ["a1", "d4"])
        #expect(try await ids(JournalHarness.other, both, later) == ["f6"])
        #expect(try await ids(JournalHarness.other, both).isEmpty)

        // The denial is sent and meets trouble; it may be sent again.
        let batch = try #require(try await bench.journal.openBatches().first { $0.action == .deny })
        _ = try await bench.journal.begin([batch.id], at: bench.now)
        _ = try await bench.journal.settle(batch.id, .pending(reason: nil), after: bench.attempt(503), at: bench.now)
        #expect(try await ids(JournalHarness.meeting, both) == ["a1"])
        #expect(try await ids(JournalHarness.meeting, both, since: bench.now + 1) == ["a1", "d4"])

        // What was found out is not asked about again.
        let decisions = try await open(both)
        let first = try #require(decisions.first { $0.registrant.id == "a1" })
        try await bench.journal.note([PreflightFinding(first.id, .mismatched(reason: "two"))], at: bench.now)
        #expect(try await targets(both).isEmpty)
        #expect(try await ids(JournalHarness.meeting, both).isEmpty)
        try expectSound()
    }

    @Test("a request for a single registrant is journaled, but is not one of the day's that count for its limits")
    func single() async throws {
        try await bench.journal.note(listing: bench.attempt(200), of: JournalHarness.meeting, registrants: 1)
        #expect(try await bench.journal.spending(on: UTCDay(bench.now)) == DayUsage())
        try await bench.journal.note(listing: bench.attempt(200), of: JournalHarness.meeting)
        #expect(try await bench.journal.spending(on: UTCDay(bench.now)).byAccount == [nil: 1])
    }

    @Test("a learned id is sent together with the email, and the registrant is found by it afterwards")
    func learned() async throws {
        let job = try await bench.addJob(2)
        let first = try await open(job)[0]
        try await bench.journal.note([PreflightFinding(first.id, .learned(id: "q-1"))], at: bench.now)
        let batch = try await bench.journal.openBatches()[0].id
        let shipment = try await bench.journal.begin([batch], at: bench.now)[0]
        #expect(shipment.registrants[0] == Registrant(id: "q-1", email: "guest1@example.org"))
        #expect(shipment.registrants[1] == Registrant(id: nil, email: "guest2@example.org"))
        let named = try #require(Registrant(id: "q-1", email: nil))
        let number = try #require(try await bench.journal.number(of: JournalHarness.meeting))
        #expect(try await bench.journal.decisions(about: named, at: number) == [first.id])
        try expectSound()
    }

    @Test("an id that a row gave itself is never replaced")
    func learnedTwice() async throws {
        let job = try await bench.addJob(1)
        let first = try await open(job)[0]
        try await bench.journal.note([PreflightFinding(first.id, .learned(id: "q-1"))], at: bench.now)
        await #expect(throws: JournalError.self) {
            try await bench.journal.note([PreflightFinding(first.id, .learned(id: "q-2"))], at: bench.now)
        }
    }

    @Test("each finding gives its row its outcome and reason, and the rest of the batch is sent")
    func outcomes() async throws {
        let job = try await bench.addJob(6)
        let all = try await open(job)
        try await bench.journal.note(
            [
                PreflightFinding(all[1].id, .alreadySo(reason: "it is so")),
                PreflightFinding(all[2].id, .notRegistered(reason: "who?")),
                PreflightFinding(all[4].id, .mismatched(reason: "two people")),
            ],
            at: bench.now
        )
        let results = try bench.results(job)
        #expect(results.map(\.0) == [.pending, .skipped, .failed, .pending, .failed, .pending])
        #expect(results.map(\.1) == [nil, "it is so", "who?", nil, "two people", nil].map { $0 ?? "not sent yet" })
        #expect(try await bench.journal.openBatches().map(\.size) == [3])
        let counts = try bench.counts(job)
        #expect(counts[.pending] == 3 && counts[.skipped] == 1 && counts[.failed] == 2)
        try expectSound()
    }

    @Test("when nobody of a batch is left to be sent, the batch is gone")
    func nobodyLeft() async throws {
        let job = try await bench.addJob(3)
        let all = try await open(job)
        try await bench.journal.note(all.map { PreflightFinding($0.id, .notRegistered(reason: "who?")) }, at: bench.now)
        #expect(try bench.results(job).allSatisfy { $0.0 == .failed && $0.2 == 0 })
        #expect(try await bench.journal.openBatches().isEmpty)
        #expect(try bench.reader().job(job).finishedAt == bench.now)
        try expectSound()
    }

    @Test("a job of which nothing is left to send is finished")
    func finished() async throws {
        let job = try await bench.addJob(1)
        try await bench.journal.note([PreflightFinding(open(job)[0].id, .alreadySo(reason: "so"))], at: bench.now)
        #expect(try bench.reader().job(job).finishedAt == bench.now)
        #expect(try await bench.journal.openJobs().isEmpty)
    }

    @Test("rows that contradict each other name each other's place")
    func contradicted() async throws {
        let job = try await bench.addJob(2)
        let all = try await open(job)
        try await bench.journal.note(
            [
                PreflightFinding(all[0].id, .contradicted(by: all[1].id)),
                PreflightFinding(all[1].id, .contradicted(by: all[0].id)),
            ],
            at: bench.now
        )
        let results = try bench.results(job)
        #expect(results.map(\.0) == [.failed, .failed])
        #expect(results[0].1?.hasPrefix("row 3 of job 1 (list.csv) decides otherwise") == true)
        #expect(results[1].1?.hasPrefix("row 2 of job 1 (list.csv) decides otherwise") == true)
    }

    @Test("a later job's decision replaces the earlier one")
    func superseded() async throws {
        let first = try await bench.addJob(1)
        let second = try await bench.addJob(1, action: .deny)
        let all = try await open(first, second)
        try await bench.journal.note([PreflightFinding(all[0].id, .superseded(by: all[1].id))], at: bench.now)
        #expect(try bench.results(first).map(\.0) == [.skipped])
        #expect(try bench.results(second).map(\.0) == [.pending])
        try expectSound()
    }

    @Test("nothing is found about a decision that is in flight, settled or found out before", arguments: [0, 1, 2])
    func illegal(way: Int) async throws {
        let job = try await bench.addJob(2)
        let decision = try await open(job)[0].id
        let batch = try await bench.journal.openBatches()[0].id
        switch way {
        case 0: _ = try await bench.journal.begin([batch], at: bench.now)
        case 1:
            _ = try await bench.journal.begin([batch], at: bench.now)
            _ = try await bench.journal.settle(batch, .applied, after: bench.attempt(), at: bench.now)
        default: try await bench.journal.note([PreflightFinding(decision, .alreadySo(reason: "so"))], at: bench.now)
        }
        let before = try bench.results(job).map(\.0)
        await #expect(throws: JournalError.self) {
            try await bench.journal.note([PreflightFinding(decision, .notRegistered(reason: "who?"))], at: bench.now)
        }
        #expect(try bench.results(job).map(\.0) == before)
        try expectSound()
    }

    @Test("several findings are recorded all or not at all")
    func atomic() async throws {
        let job = try await bench.addJob(2)
        let all = try await open(job)
        await #expect(throws: JournalError.self) {
            try await bench.journal.note(
                [
                    PreflightFinding(all[0].id, .alreadySo(reason: "so")),
                    PreflightFinding(99, .alreadySo(reason: "so")),
                ],
                at: bench.now
            )
        }
        #expect(try bench.results(job).map(\.0) == [.pending, .pending])
    }

    @Test("asked for again, what was not registered is pending once more, with its own number of requests")
    func reopened() async throws {
        let job = try await bench.addJob(4)
        let all = try await open(job)
        try await bench.journal.note(
            [
                PreflightFinding(all[0].id, .notRegistered(reason: "who?")),
                PreflightFinding(all[1].id, .alreadySo(reason: "so")),
                PreflightFinding(all[2].id, .mismatched(reason: "two")),
            ],
            at: bench.now
        )
        let batch = try await bench.journal.openBatches()[0].id
        _ = try await bench.journal.begin([batch], at: bench.now)
        _ = try await bench.journal.settle(batch, .applied, after: bench.attempt(), at: bench.now)
        #expect(try bench.results(job).map(\.0) == [.failed, .skipped, .failed, .applied])

        #expect(try await bench.journal.reopenFailed(job, looksFirst: true) == 2)
        let results = try bench.results(job)
        #expect(results.map(\.0) == [.pending, .skipped, .pending, .applied])
        #expect(results.map(\.2) == [0, 0, 0, 1])
        #expect(try bench.reader().job(job).finishedAt == nil)
        try expectSound()
        #expect(try await open(job).map(\.id) == [all[0].id, all[2].id])
    }

    @Test("an unattended run asks again about them on two nights at most, as about all that failed")
    func unattended() async throws {
        let job = try await bench.addJob(1)
        for night in 0..<4 {
            let open = try await open(job)
            if let first = open.first {
                try await bench.journal.note(
                    [PreflightFinding(first.id, .notRegistered(reason: "who?"))],
                    at: bench.now
                )
            }
            #expect(
                try await bench.journal.reopenFailed(job, atMost: 2, looksFirst: true) == (night < 2 ? 1 : 0)
            )
        }
    }

    @Test("a cancellation knows whether the registrant was registered once")
    func wasKnown() async throws {
        _ = try await bench.addJob(1)
        let batch = try await bench.journal.openBatches()[0].id
        _ = try await bench.journal.begin([batch], at: bench.now)
        _ = try await bench.journal.settle(batch, .applied, after: bench.attempt(), at: bench.now)
        let job = try await bench.addJob(2, action: .cancel)
        // Jobs of this bench have no keys, so the first row's are added as an ingest would.
        try await bench.journal.addKeys(of: 1)
        #expect(try await open(job).map(\.wasKnown) == [true, false])
    }

    @Test("batches that lost members are made full again")
    func regrouped() async throws {
        let job = try await bench.addJob(90)
        let all = try await open(job)
        let gone = all.filter { $0.id.rawValue % 3 == 0 }.map { PreflightFinding($0.id, .alreadySo(reason: "so")) }
        try await bench.journal.note(gone, at: bench.now)
        #expect(try await bench.journal.openBatches().map(\.size) == [20, 20, 20])
        try await bench.journal.regroup(job, size: 30, at: bench.now)
        #expect(try await bench.journal.openBatches().map(\.size) == [30, 30])
        try expectSound()
    }

    @Test("what a job claims is what was applied or was so already, and no longer what was decided otherwise later")
    func claims() async throws {
        let job = try await bench.addJob(4)
        let all = try await open(job)
        try await bench.journal.note(
            [
                PreflightFinding(all[0].id, .alreadySo(reason: "so")),
                PreflightFinding(all[1].id, .notRegistered(reason: "who?")),
            ],
            at: bench.now
        )
        let batch = try await bench.journal.openBatches()[0].id
        _ = try await bench.journal.begin([batch], at: bench.now)
        _ = try await bench.journal.settle(batch, .applied, after: bench.attempt(), at: bench.now)
        let groups = try await bench.journal.claimingRows(of: job)
        #expect(groups.map(\.target) == [JournalHarness.meeting])
        let claims = try await bench.journal.claims(of: groups[0], in: job)
        #expect(claims.map(\.row) == [1, 3, 4])
        #expect(claims.allSatisfy { $0.action == .approve })
        #expect(claims.map(\.registrant.email) == ["guest1@example.org", "guest3@example.org", "guest4@example.org"])
    }

    @Test("rows that repeat another are claimed with it, also where an earlier job applied it")
    func repeatedClaims() async throws {
        let row = "\(JournalHarness.meeting.id),guest1@example.org,approve\n"
        let other = "\(JournalHarness.meeting.id),guest2@example.org,approve\n"
        func ingest(_ rows: [String], as name: String) async throws -> JobID {
            let file = bench.directory.appending(path: name)
            try Data(("Meeting,Email,Action\n" + rows.joined()).utf8).write(to: file)
            let source = try SpreadsheetSource(path: file.path)
            return try await bench.journal.ingest(source, options: IngestOptions(), at: bench.now).job
        }
        let first = try await ingest([row, other, row], as: "first.csv")
        let batch = try await bench.journal.openBatches()[0].id
        _ = try await bench.journal.begin([batch], at: bench.now)
        _ = try await bench.journal.settle(batch, .applied, after: bench.attempt(), at: bench.now)
        let second = try await ingest([other, row, row, row], as: "second.csv")
        for (job, rows, repeats) in [(first, [1, 2], [[3], []]), (second, [1, 2], [[], [3, 4]])] {
            let groups = try await bench.journal.claimingRows(of: job)
            #expect(groups.map(\.count) == [rows.count + repeats.joined().count])
            let claims = try await bench.journal.claims(of: groups[0], in: job)
            #expect(claims.map(\.row) == rows)
            #expect(claims.map(\.repeats) == repeats)
        }
    }
}

extension Journal {
    fileprivate func number(of target: Target) throws -> TargetID? { try targets.id(of: target) }

    fileprivate func decisions(about registrant: Registrant, at target: TargetID) throws -> [DecisionID] {
        try history.decisions(about: registrant, at: target).map(\.id)
    }

    fileprivate func addKeys(of decision: DecisionID) throws {
        let registrant = try #require(Registrant(id: nil, email: "guest\(decision)@example.org"))
        let insert = try connection.statement("insert into registrant_key (hash, decision) values (:hash, :decision)")
        for key in RegistrantKey.kept(of: registrant, target: .target(JournalHarness.meeting)) {
            try insert.run(["hash": key, "decision": decision])
        }
    }
}

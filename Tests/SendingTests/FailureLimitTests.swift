import Decisions
import Foundation
import Journal
import Testing
import Zoom

@testable import Sending

@Suite("When too much is refused")
struct FailureLimitTests {
    @Test(
        "a limit is a number of rows or a percentage",
        arguments: [("1", FailureLimit.rows(1)), ("20%", .percent(20))]
    )
    func read(text: String, limit: FailureLimit) {
        #expect(FailureLimit(text) == limit && limit.description == text)
    }

    @Test("anything else is none", arguments: ["", "0", "-1", "+5", "0%", "101%", "%", "5.5%", "5 %", "many", "٢٠"])
    func refused(text: String) {
        #expect(FailureLimit(text) == nil)
    }

    @Test("a number is reached by that many refused rows, however many were applied")
    func rows() {
        #expect(!FailureLimit.rows(5).isReached(by: RefusalTally(answered: 5, refused: 4)))
        #expect(FailureLimit.rows(5).isReached(by: RefusalTally(answered: 5_000, refused: 5)))
    }

    @Test("a percentage is reached by that share of what was answered, and never by the first few")
    func percent() {
        let limit = FailureLimit.percent(50)
        #expect(!limit.isReached(by: RefusalTally(answered: 19, refused: 19)))
        #expect(limit.isReached(by: RefusalTally(answered: 20, refused: 10)))
        #expect(!limit.isReached(by: RefusalTally(answered: 200, refused: 99)))
        #expect(!limit.isReached(by: RefusalTally()))
    }

    @Test("rows that lists answered and that were sent then are counted once")
    func once() {
        let listed = RefusalTally(answered: 100, refused: 10)
        #expect(listed.with(applied: 80, failed: 10) == RefusalTally(answered: 100, refused: 20))
        #expect(listed.with(applied: 180, failed: 10) == RefusalTally(answered: 200, refused: 20))
    }

    // MARK: What the dispatcher makes of it

    private func bench(
        _ batches: Int,
        meetings: Int = 1,
        limit: FailureLimit,
        width: Int = 1,
        listed: RefusalTally = RefusalTally()
    )
        -> DispatchHarness
    {
        var options = DispatchOptions(.pro)
        options.failureLimit = limit
        options.asksEveryone = true
        options.perMeeting = width
        return DispatchHarness(
            options,
            (1...batches).map { Some.batch(Int64($0), of: Some.meeting($0 % meetings)) },
            listed: listed
        )
    }

    @Test("at the limit nothing more is sent, and the rest is left")
    func stops() throws {
        var bench = bench(10, limit: .rows(3))
        bench.answer(try bench.mustSend(), .applied)
        for _ in 0..<3 { bench.answer(try bench.mustSend(), .failRegistrant) }
        #expect(bench.nextSent() == nil)
        guard case .tooManyRefused(let reason) = bench.ending() else {
            Issue.record("it did not stop")
            return
        }
        #expect(reason.contains("3 of 4 answered rows were refused (stop_after_failures: 3)"))
        #expect(bench.sent.count == 4)
        #expect(bench.verdicts.count == 4, "nothing else was settled")
    }

    @Test("what is under way is waited for, and counts")
    func underWay() throws {
        var bench = bench(10, meetings: 3, limit: .rows(1))
        let (one, two) = (try bench.mustSend(), try bench.mustSend())
        bench.answer(one, .failRegistrant)
        guard case .wait = bench.next() else {
            Issue.record("it did not wait")
            return
        }
        bench.answer(two, .applied)
        guard case .tooManyRefused = bench.ending() else {
            Issue.record("it did not stop")
            return
        }
        #expect(bench.progress.applied == 1 && bench.progress.failed == 1)
    }

    @Test("a meeting that is refused as a whole counts with all its rows")
    func meeting() throws {
        var bench = bench(40, meetings: 2, limit: .percent(50))
        bench.answer(try bench.mustSend(), .failTarget)
        #expect(bench.nextSent() == nil)
        guard case .tooManyRefused = bench.ending() else {
            Issue.record("it did not stop")
            return
        }
        #expect(bench.progress.failed == 20)
    }

    @Test("a run that has nothing left at the limit is done")
    func nothingLeft() throws {
        var bench = bench(3, limit: .rows(3))
        for _ in 0..<3 { bench.answer(try bench.mustSend(), .failRegistrant) }
        #expect(bench.ending() == .done)
    }

    @Test("nothing is sent where the lists refused too much already")
    func listed() {
        var bench = bench(10, limit: .percent(50), listed: RefusalTally(answered: 30, refused: 20))
        guard case .tooManyRefused = bench.ending() else {
            Issue.record("it did not stop")
            return
        }
        #expect(bench.sent.isEmpty)
    }

    @Test("what is left stays pending with the reason, and the next run goes on until the limit again")
    func nextNight() async throws {
        let bench = try await RunHarness([10], batchSize: 1)
        bench.client.willAnswer { _, _ in .answer(Answer(status: 404, message: "Registrant not found")) }
        var options = DispatchOptions(.pro)
        options.failureLimit = .rows(4)
        options.asksEveryone = true
        for night in 1...2 {
            guard case .tooManyRefused(let reason) = await bench.run(options)().ending else {
                Issue.record("it did not stop")
                return
            }
            let counts = try bench.counts()
            #expect(counts[.failed] == 4 * night && counts[.pending] == 10 - 4 * night)
            let reader = try JournalReader(path: bench.journal.path)
            let groups = try reader.reasons(of: reader.jobs()[0], .pending, limit: 5)
            #expect(groups.first.map(\.reason) == [reason] && groups.first[0].rows == 10 - 4 * night)
        }
        #expect(await bench.run(options)().ending == .done)
    }
}

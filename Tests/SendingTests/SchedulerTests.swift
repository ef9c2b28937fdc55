import Decisions
import Journal
import Testing

@testable import Sending

@Suite("The scheduler")
struct SchedulerTests {
    /// One with batches of some meetings, all of whose intents are on disk as soon as they are asked for.
    private struct Bench {
        var scheduler: Scheduler
        var now = Duration.zero
        private var targets: [BatchID: Target] = [:]

        init(width: Int = 1, _ batches: [(meeting: Int, count: Int)]) {
            scheduler = Scheduler(width: width)
            var entries: [(Int, MeetingQueue.Entry)] = []
            for (meeting, count) in batches {
                for _ in 0..<count {
                    let batch = BatchID(rawValue: Int64(entries.count + 1))
                    let lane = scheduler.lane(of: Some.meeting(meeting))
                    entries.append((lane, MeetingQueue.Entry(batch: batch, action: .approve)))
                    targets[batch] = Some.meeting(meeting)
                }
            }
            scheduler.add(entries, at: now)
        }

        mutating func prepare(_ lookahead: Int = 10) {
            for batch in scheduler.prepare(lookahead: lookahead, at: now) {
                guard let target = targets[batch] else { continue }
                scheduler.change(scheduler.lane(of: target), at: now) { lane in
                    lane.move(batch, .approve, from: .queued(.changing), to: .queued(.ready))
                }
            }
        }

        /// Sends the next, and returns the meeting's lane.
        mutating func send(rate: Double = 20) -> Int? {
            prepare()
            guard let choice = scheduler.next(rate: rate, at: now) else { return nil }
            scheduler.change(choice.lane, at: now) {
                $0.move(choice.batch, .approve, from: .queued(.ready), to: .inFlight)
            }
            return choice.lane
        }

        mutating func mustSend() throws -> Int {
            let lane = send()
            return try #require(lane)
        }

        /// What would be sent next.
        mutating func mustChoose(rate: Double = 20) throws -> Scheduler.Choice {
            prepare()
            let choice = scheduler.next(rate: rate, at: now)
            return try #require(choice)
        }

        mutating func answer(_ lane: Int, after latency: Duration = .milliseconds(100)) {
            scheduler.noteLatency(latency, in: lane)
            scheduler.change(lane, at: now) { $0.move(BatchID(rawValue: 0), .approve, from: .inFlight, to: .none) }
        }
    }

    @Test("one request of a meeting is under way at a time")
    func oneInFlight() throws {
        var bench = Bench([(1, 3)])
        let lane = try bench.mustSend()
        #expect(bench.send() == nil)
        bench.answer(lane)
        #expect(bench.send() == lane)
    }

    @Test("as many as asked for, if asked for more")
    func width() {
        var bench = Bench(width: 2, [(1, 5)])
        #expect(bench.send() != nil)
        #expect(bench.send() != nil)
        #expect(bench.send() == nil)
    }

    @Test("the meeting with most left comes first")
    func longestFirst() {
        var bench = Bench([(1, 2), (2, 7), (3, 4)])
        let order = [bench.send(), bench.send(), bench.send()]
        #expect(order == [1, 2, 0])
    }

    @Test("a meeting that answers slowly counts as longer")
    func latency() throws {
        var bench = Bench([(1, 4), (2, 4)])
        let first = try bench.mustSend()
        let second = try bench.mustSend()
        #expect((first, second) == (0, 1))
        bench.answer(0, after: .milliseconds(50))
        bench.answer(1, after: .seconds(3))
        #expect(bench.send() == 1)
    }

    @Test("what was put first is sent before what has waited")
    func putFirst() throws {
        var bench = Bench([(1, 2)])
        let lane = try bench.mustSend()
        bench.prepare()
        let again = BatchID(rawValue: 1)
        bench.scheduler.change(lane, at: bench.now) {
            $0.move(again, .approve, from: .inFlight, to: .queued(.missing))
        }
        let choice = try bench.mustChoose()
        #expect(choice.batch == again)
    }

    @Test("a meeting that is held is passed over until its moment")
    func held() {
        var bench = Bench([(1, 5), (2, 1)])
        bench.scheduler.change(0, at: bench.now) { $0.heldUntil = .seconds(3) }
        #expect(bench.send() == 1)
        #expect(bench.send() == nil)
        #expect(bench.scheduler.nextHeld() == .seconds(3))
        bench.now = .seconds(3)
        #expect(bench.send() == 0)
    }

    @Test("a meeting that is being closed sends nothing")
    func closing() {
        var bench = Bench([(1, 5)])
        bench.scheduler.change(0, at: bench.now) { $0.isClosing = true }
        #expect(bench.send() == nil)
    }

    @Test("intents are written for no more batches than could leave soon")
    func lookahead() {
        var bench = Bench((1...50).map { ($0, 3) })
        #expect(bench.scheduler.prepare(lookahead: 8, at: bench.now).count == 8)
        #expect(bench.scheduler.prepare(lookahead: 8, at: bench.now).isEmpty)
        #expect(bench.scheduler.stock == 8)
    }

    @Test("the next batch of a meeting is begun while its request is under way")
    func following() {
        var bench = Bench([(1, 3)])
        #expect(bench.send() != nil)
        #expect(bench.scheduler.prepare(lookahead: 0, at: bench.now) == [BatchID(rawValue: 2)])
    }

    @Test("occurrences of one meeting share a lane")
    func occurrences() {
        var scheduler = Scheduler(width: 1)
        #expect(
            scheduler.lane(of: Some.meeting(1, occurrence: "17"))
                == scheduler.lane(of: Some.meeting(1, occurrence: "18"))
        )
        #expect(scheduler.lane(of: Some.meeting(1, kind: .webinar)) != scheduler.lane(of: Some.meeting(1)))
    }

    @Test("the one meeting that decides when the run ends is urgent")
    func urgent() throws {
        var bench = Bench([(1, 100), (2, 1), (3, 1)])
        let choice = try bench.mustChoose(rate: 60)
        #expect(choice.lane == 0)
        #expect(choice.isUrgent)
    }
}

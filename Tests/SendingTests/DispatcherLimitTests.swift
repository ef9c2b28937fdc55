import Decisions
import Foundation
import Journal
import Testing
import Zoom

@testable import Sending

@Suite("The dispatcher: limits of a day, and stopping")
struct DispatcherLimitTests {
    static let meeting = Some.meeting(1)

    @Test("whoever has had ten changes today is put off without being sent")
    func registrant() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting, size: 3)], changesToday: [0, 10, 9])
        let shipment = try bench.mustSend()
        #expect(shipment.registrants == [Some.registrant(100), Some.registrant(102)])
        bench.answer(shipment, .applied)
        #expect(bench.ending() != .done)
        #expect(bench.progress.deferred == 1)
        #expect(bench.progress.requests == 1)
    }

    @Test("a meeting that is refused is over, also for whoever was put off before: nothing is left to wait for")
    func refusedAfterwards() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting, size: 3)], changesToday: [0, 10, 9])
        let shipment = try bench.mustSend()
        bench.answer(shipment, .failTarget)
        #expect(try bench.mustEnd() == .done)
        #expect(bench.progress.failed == 3)
        #expect(bench.progress.deferred == 0)
    }

    @Test("an account that has spent its day sends nothing and says when it may")
    func account() throws {
        var spending = DayUsage()
        spending.byAccount[nil] = 2_000
        var bench = DispatchHarness(
            DispatchOptions(.free),
            (1...3).map { Some.batch($0, of: Some.meeting(Int($0))) },
            spending: spending
        )
        guard case .workRemains(_, let due) = try bench.mustEnd() else {
            Issue.record("the run did not end with work left")
            return
        }
        #expect(due == DispatcherTests.midnight)
        #expect(bench.sent.isEmpty)
        #expect(bench.progress.deferred == 3)
        // Intents that were written ahead are taken back with it.
        #expect(
            bench.effects.contains { if case .close(let closing) = $0 { !closing.releasing.isEmpty } else { false } }
        )
    }

    @Test("fifty thousand meetings are put off a few at a time, and nothing is sent meanwhile")
    func manyPutOff() throws {
        let now = ClockReading(elapsed: .zero, date: Some.date)
        var dispatcher = Dispatcher(
            DispatchOptions(.free),
            account: nil,
            batches: (1...50_000).map { Some.batch($0, of: Some.meeting(Int($0))) },
            spending: {
                var spending = DayUsage()
                spending.byAccount[nil] = 2_000
                return [UTCDay(Some.date): spending]
            }(),
            seed: 1,
            at: now
        )
        var underWay: [Effect] = []
        var most = 0
        var closed = 0
        while true {
            switch dispatcher.next(at: now) {
            case .perform(.begin(let batches)): dispatcher.handle(.begun(shipments(of: batches)), at: now)
            case .perform(let effect): underWay.append(effect)
            case .wait:
                most = max(most, underWay.count)
                for case .close(let closing) in underWay {
                    closed += 1
                    let number = Int64(closing.target.id.description.dropFirst(2)) ?? 0
                    dispatcher.handle(.closed(closing, [BatchID(rawValue: number)]), at: now)
                }
                underWay = []
            case .finish(let ending):
                guard case .workRemains = ending else {
                    Issue.record("the run ended as \(ending)")
                    return
                }
                #expect(closed == 50_000)
                #expect(most <= Dispatcher.mostEffects)
                #expect(dispatcher.progress(at: now).deferred == 50_000)
                return
            case .send:
                Issue.record("something was sent")
                return
            }
        }
    }

    private func shipments(of batches: [BatchID]) -> [ClaimedBatch] {
        batches.map { batch in
            ClaimedBatch(
                batch: batch,
                target: Some.meeting(Int(batch.rawValue)),
                action: .approve,
                registrants: [Some.registrant(Int(batch.rawValue))],
                changesToday: [0]
            )
        }
    }

    @Test("a webinar that has had its requests of today waits, and meetings go on")
    func webinar() throws {
        let webinar = Some.meeting(2, kind: .webinar)
        var spending = DayUsage()
        spending.byTarget[webinar] = 10
        var options = DispatchOptions(.pro)
        options.days.webinar = 10
        var bench = DispatchHarness(
            options,
            [Some.batch(1, of: webinar), Some.batch(2, of: webinar), Some.batch(3, of: Self.meeting)],
            spending: spending
        )
        let shipment = try bench.mustSend()
        #expect(shipment.target == Self.meeting)
        bench.answer(shipment, .applied)
        #expect(bench.ending() != .done)
        #expect(bench.sent.count == 1)
    }

    @Test("what may be sent within the run's patience is waited for")
    func soon() throws {
        let due = Some.date.addingTimeInterval(60)
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting, dueAt: due)])
        #expect(bench.nextSent() != nil)
        #expect(bench.date >= due)
    }

    @Test("what may be sent tomorrow is left to tomorrow's run")
    func tomorrow() {
        let due = Some.date.addingTimeInterval(80_000)
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting, dueAt: due)])
        guard case .workRemains(_, let named) = bench.ending() else {
            Issue.record("the run did not end with work left")
            return
        }
        #expect(named == due)
        #expect(bench.effects.isEmpty)
    }

    @Test("batches of another account are not this one's")
    func otherAccount() {
        let target = Target(account: "events", id: Self.meeting.id)
        var bench = DispatchHarness([Some.batch(1, of: target)])
        #expect(bench.next() == .finish(.done))
    }

    @Test("told to stop, it sends nothing new, waits for what is under way, and takes back the other intents")
    func stop() throws {
        var bench = DispatchHarness((1...5).map { Some.batch($0, of: Some.meeting(Int($0))) })
        let first = try bench.mustSend()
        bench.stop()
        guard case .wait = bench.next() else {
            Issue.record("it did not wait for the answer")
            return
        }
        bench.answer(first, .applied)
        #expect(bench.next() == .finish(.interrupted))
        #expect(bench.sent.count == 1)
        #expect(bench.progress.applied == 1)
        #expect(!bench.released.contains(first.batch))
        #expect(!bench.released.isEmpty)
    }

    @Test("an answer that does not come is waited for no longer than the grace period")
    func grace() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting)])
        _ = try bench.mustSend()
        bench.stop()
        let stopped = bench.elapsed
        #expect(bench.ending() == .interrupted)
        #expect(bench.elapsed - stopped == DispatchOptions(.pro).grace)
    }

    @Test("an intent that was written ahead and pushed back by a retry is taken back too when the run stops")
    func pushedBack() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.meeting)])
        let first = try bench.mustSend()
        // The second batch's intent is written while the first is under way.
        guard case .wait = bench.next() else {
            Issue.record("it did not wait for the answer")
            return
        }
        bench.answer(first, .retry(nil))
        _ = bench.next()
        bench.stop()
        #expect(bench.next() == .finish(.interrupted))
        #expect(bench.released.contains(BatchID(rawValue: 2)))
    }

    @Test(
        "an intent leaves only on the UTC day on which it was written: else it is taken back and written anew",
        arguments: [86_400.0, -86_400, 90_000]
    )
    func dayOfIntent(step: TimeInterval) throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.meeting)])
        let first = try bench.mustSend()
        // The second batch's intent is written while the first is under way.
        _ = bench.next()
        #expect(bench.released.isEmpty)
        bench.date += step
        bench.answer(first, .applied)
        let second = try bench.mustSend()
        #expect(bench.released == [second.batch])
        let begun = bench.effects.filter {
            if case .begin(let batches) = $0 { batches.contains(second.batch) } else { false }
        }
        #expect(begun.count == 2)
    }

    @Test("with two requests a meeting, a retry on top of an intent that is ready does not end the run")
    func retryOnTop() throws {
        var options = DispatchOptions(.free)
        options.perMeeting = 2
        var bench = DispatchHarness(
            options,
            (1...4).map { Some.batch($0, of: Self.meeting) } + (5...8).map { Some.batch($0, of: Some.meeting(Int($0))) }
        )
        var number = 0
        while let shipment = bench.nextSent() {
            number += 1
            bench.answer(shipment, number <= 3 ? .retry(nil) : .applied)
        }
        #expect(bench.ending() == .done)
        #expect(bench.progress.applied == 8)
    }

    @Test("intents that are on disk only after their meeting was closed are taken back by the closing itself")
    func lateIntent() {
        var options = DispatchOptions(.pro)
        options.perMeeting = 2
        var dispatcher = Dispatcher(
            options,
            account: nil,
            batches: (1...3).map { Some.batch($0, of: Self.meeting) },
            spending: [:],
            seed: 1,
            at: ClockReading(elapsed: .zero, date: Some.date)
        )
        var now = ClockReading(elapsed: .zero, date: Some.date)
        func shipment(_ number: Int64) -> ClaimedBatch {
            ClaimedBatch(
                batch: BatchID(rawValue: number),
                target: Self.meeting,
                action: .approve,
                registrants: [Some.registrant(Int(number))],
                changesToday: [0]
            )
        }
        #expect(dispatcher.next(at: now) == .perform(.begin([shipment(1).batch, shipment(2).batch])))
        dispatcher.handle(.begun([shipment(1), shipment(2)]), at: now)
        #expect(dispatcher.next(at: now) == .send(shipment(1)))
        #expect(dispatcher.next(at: now) == .perform(.begin([shipment(3).batch])))
        now.elapsed += .milliseconds(50)
        let disposition = Disposition(subject: .meeting, nextStep: .failTarget, explanation: "no such meeting")
        dispatcher.handle(.answered(BatchID(rawValue: 1), .answer(Answer(status: 404)), disposition), at: now)
        dispatcher.handle(.begun([shipment(3)]), at: now)
        var effects: [Effect] = []
        while case .perform(let effect) = dispatcher.next(at: now) { effects.append(effect) }
        #expect(!effects.contains { if case .release = $0 { true } else { false } })
        let releasing = effects.flatMap { if case .close(let closing) = $0 { closing.releasing } else { [BatchID]() } }
        #expect(Set(releasing) == [shipment(2).batch, shipment(3).batch])
    }

    @Test("what was given up and is then failed with its meeting is not left to a later run")
    func givenUpThenFailed() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.meeting)])
        while let shipment = bench.nextSent() {
            bench.answer(shipment, shipment.batch == BatchID(rawValue: 1) ? .retry(nil) : .failTarget)
        }
        #expect(bench.ending() == .done)
        #expect(bench.progress.failed == 2)
    }

    @Test("a batch that the journal closed before its own last result was told is over for this run")
    func closedEarly() throws {
        var options = DispatchOptions(.pro)
        options.perMeeting = 2
        let first = Some.batch(1, of: Self.meeting)
        let second = Some.batch(2, of: Self.meeting)
        var now = ClockReading(elapsed: .zero, date: Some.date)
        var dispatcher = Dispatcher(options, account: nil, batches: [first, second], spending: [:], seed: 1, at: now)
        let shipments = [first, second].map { batch in
            ClaimedBatch(
                batch: batch.id,
                target: batch.target,
                action: batch.action,
                registrants: [Some.registrant(Int(batch.id.rawValue))],
                changesToday: [0]
            )
        }
        #expect(dispatcher.next(at: now) == .perform(.begin([first.id, second.id])))
        dispatcher.handle(.begun(shipments), at: now)
        #expect(dispatcher.next(at: now) == .send(shipments[0]))
        now.elapsed += .milliseconds(60)
        #expect(dispatcher.next(at: now) == .send(shipments[1]))
        now.elapsed += .milliseconds(60)
        let retry = Disposition(subject: .server, nextStep: .retry(nil), explanation: "trouble")
        dispatcher.handle(.answered(first.id, .answer(Answer(status: 500)), retry), at: now)
        let refusal = Disposition(subject: .meeting, nextStep: .failTarget, explanation: "no such meeting")
        dispatcher.handle(.answered(second.id, .answer(Answer(status: 404)), refusal), at: now)
        var closings: [BulkTransition] = []
        while case .perform(let effect) = dispatcher.next(at: now) {
            if case .close(let closing) = effect { closings.append(closing) }
        }
        // The journal wrote the retry, then the closing; the news of them overtake each other.
        dispatcher.handle(.closed(try #require(closings.first), [first.id]), at: now)
        dispatcher.handle(.settled(first.id, children: []), at: now)
        dispatcher.handle(.settled(second.id, children: []), at: now)
        now.elapsed += .seconds(10)
        #expect(dispatcher.next(at: now) == .finish(.done))
        #expect(dispatcher.progress(at: now).failed == 2)
    }

    @Test("when the clock is set back to yesterday, intents are written anew with yesterday's counts")
    func setBack() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.meeting)])
        let first = try bench.mustSend()
        _ = bench.next()
        bench.date -= 86_400
        _ = bench.next()
        #expect(bench.released == [BatchID(rawValue: 2)])
        let begun = bench.effects.flatMap { if case .begin(let batches) = $0 { batches } else { [BatchID]() } }
        #expect(begun.map(\.rawValue) == [1, 2, 2])
        bench.answer(first, .applied)
        #expect(bench.nextSent()?.batch == BatchID(rawValue: 2))
    }
}

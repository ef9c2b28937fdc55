import Decisions
import Foundation
import Journal
import Testing
import Zoom

@testable import Sending

@Suite("The dispatcher, remedy by remedy")
struct DispatcherTests {
    static let meeting = Some.meeting(1)
    static let other = Some.meeting(2)
    static let midnight = Date(timeIntervalSince1970: 86_400 * 20_001)

    private func one(_ size: Int) -> DispatchHarness { DispatchHarness([Some.batch(1, of: Self.meeting, size: size)]) }

    @Test("with nothing to do a run is done at once, without any effect")
    func nothing() {
        var bench = DispatchHarness([])
        #expect(bench.next() == .finish(.done))
        #expect(bench.effects.isEmpty)
    }

    @Test("nothing leaves before its intent is on disk")
    func intentFirst() throws {
        var bench = one(3)
        let shipment = try bench.mustSend()
        #expect(bench.effects == [.begin([shipment.batch])])
    }

    @Test("applied: the batch is settled, and the run done")
    func applied() throws {
        var bench = one(3)
        bench.answer(try bench.mustSend(), .applied, .answer(Answer(status: 204)))
        #expect(bench.ending() == .done)
        #expect(bench.verdicts == [.applied])
        #expect(bench.progress.applied == 3)
    }

    @Test("split: the smaller half first, the other one when it has been answered")
    func split() throws {
        var bench = one(5)
        bench.answer(try bench.mustSend(), .split)
        let first = try bench.mustSend()
        #expect(first.registrants.count == 2)
        #expect(bench.nextSent() == nil)
        bench.answer(first, .split)
        let alone = try bench.mustSend()
        #expect(alone.registrants.count == 1)
        bench.answer(alone, .failRegistrant)
        #expect(bench.nextSent()?.registrants.count == 1)
        #expect(bench.progress.failed == 1)
    }

    @Test("split: if the first half is applied, the second is halved without being sent")
    func knownBad() throws {
        var bench = one(6)
        bench.answer(try bench.mustSend(), .split)
        bench.answer(try bench.mustSend(), .applied)
        let next = try bench.mustSend()
        #expect(next.registrants.count == 1)
        #expect(bench.sent.map(\.registrants.count) == [6, 3, 1])
    }

    @Test("split: a first half that is too large by now is cut without being sent, and the other half is sent too")
    func largeHalf() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting, size: 8), Some.batch(2, of: Self.other, size: 6)])
        let (eight, six) = (try bench.mustSend(), try bench.mustSend())
        bench.answer(six, .halve)
        bench.answer(eight, .split)
        while let shipment = bench.nextSent() { bench.answer(shipment, .applied) }
        #expect(bench.ending() == .done)
        #expect(bench.progress.applied == 14)
    }

    @Test("a registrant who stands alone and is refused is failed")
    func failRegistrant() throws {
        var bench = one(1)
        bench.answer(try bench.mustSend(), .failRegistrant)
        #expect(bench.ending() == .done)
        #expect(bench.verdicts == [.failed(reason: "for some reason")])
    }

    @Test("halve: what Zoom calls too many is cut, and later batches are cut before they are sent")
    func halve() throws {
        var bench = DispatchHarness([
            Some.batch(1, of: Self.meeting, size: 8), Some.batch(2, of: Self.meeting, size: 8),
        ])
        bench.answer(try bench.mustSend(), .halve)
        while let shipment = bench.nextSent() { bench.answer(shipment, .applied) }
        #expect(bench.sent.map(\.registrants.count) == [8, 4, 4, 4, 4])
        #expect(bench.progress.applied == 16)
    }

    @Test("failTarget: the meeting's other batches are failed without being sent, another meeting goes on")
    func failTarget() throws {
        var bench = DispatchHarness([
            Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.meeting), Some.batch(3, of: Self.meeting),
            Some.batch(4, of: Self.other),
        ])
        let first = try bench.mustSend()
        #expect(first.target == Self.meeting)
        bench.answer(first, .failTarget)
        let next = try bench.mustSend()
        #expect(next.target == Self.other)
        bench.answer(next, .applied)
        #expect(bench.ending() == .done)
        #expect(bench.progress.failed == 3)
        #expect(bench.progress.applied == 1)
        #expect(bench.sent.count == 2)
    }

    @Test("within a meeting, cancels and denials go before approvals, also those that are due later")
    func seats() throws {
        let due = Some.date.addingTimeInterval(30)
        var bench = DispatchHarness([
            Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.meeting, action: .cancel),
            Some.batch(3, of: Self.meeting), Some.batch(4, of: Self.meeting, action: .deny),
            Some.batch(5, of: Self.meeting, action: .cancel, dueAt: due),
        ])
        for _ in 0..<3 { bench.answer(try bench.mustSend(), .applied) }
        bench.pass(.seconds(40))
        while let shipment = bench.nextSent() { bench.answer(shipment, .applied) }
        #expect(bench.sent.map(\.batch.rawValue) == [2, 4, 1, 5, 3])
    }

    @Test("failAction: the approvals are failed without being sent, denials and cancels go on")
    func failAction() throws {
        var bench = DispatchHarness(
            (1...4).map { Some.batch($0, of: Self.meeting) }
                + (5...6).map {
                    Some.batch($0, of: Self.meeting, action: .deny, dueAt: Some.date.addingTimeInterval(30))
                }
        )
        bench.answer(try bench.mustSend(), .failAction)
        while let shipment = bench.nextSent() {
            #expect(shipment.action == .deny)
            bench.answer(shipment, .applied)
        }
        #expect(bench.ending() == .done)
        #expect((bench.progress.failed, bench.progress.applied) == (4, 2))
    }

    @Test("failTarget of an occurrence fails that occurrence alone")
    func failOccurrence() throws {
        let one = Some.meeting(1, occurrence: "17")
        let two = Some.meeting(1, occurrence: "18")
        var bench = DispatchHarness([
            Some.batch(1, of: one), Some.batch(2, of: one), Some.batch(3, of: two),
        ])
        bench.answer(try bench.mustSend(), .failTarget)
        let next = try bench.mustSend()
        #expect(next.target == two)
        bench.answer(next, .applied)
        #expect(bench.ending() == .done)
        #expect(bench.progress.failed == 2)
    }

    @Test("refreshToken: the same batch is sent once more, and a second refusal ends the run with nothing failed")
    func refreshToken() throws {
        var bench = one(3)
        let first = try bench.mustSend()
        bench.answer(first, .refreshToken)
        let again = try bench.mustSend()
        #expect(again.batch == first.batch)
        bench.answer(again, .refreshToken)
        guard case .refused = try bench.mustEnd() else {
            Issue.record("the run did not end as refused")
            return
        }
        #expect(bench.verdicts == [.pending(reason: "for some reason"), .pending(reason: "for some reason")])
        #expect(bench.progress.failed == 0)
    }

    @Test("a token that is refused once an hour is nobody's fault")
    func tokensExpire() throws {
        var bench = DispatchHarness((1...4).map { Some.batch($0, of: Self.meeting) })
        for _ in 0..<4 {
            bench.answer(try bench.mustSend(), .refreshToken)
            bench.answer(try bench.mustSend(), .applied)
        }
        #expect(bench.ending() == .done)
    }

    @Test("stop: nothing more is sent, nothing is failed, and intents that have not left are taken back")
    func stopRemedy() throws {
        var bench = DispatchHarness((1...6).map { Some.batch($0, of: Some.meeting(Int($0))) })
        let first = try bench.mustSend()
        let begun = bench.effects.flatMap { effect -> [BatchID] in
            if case .begin(let batches) = effect { batches } else { [] }
        }
        bench.answer(first, .stop)
        guard case .refused = try bench.mustEnd() else {
            Issue.record("the run did not end as refused")
            return
        }
        #expect(bench.sent.count == 1)
        #expect(Set(bench.released) == Set(begun).subtracting([first.batch]))
    }

    @Test("doubtCredentials: the one that is refused so waits, and is failed as soon as another one is applied")
    func doubtDispelled() throws {
        var bench = DispatchHarness([
            Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.meeting), Some.batch(3, of: Self.other),
        ])
        bench.answer(try bench.mustSend(), .doubtCredentials)
        let next = try bench.mustSend()
        #expect(next.target == Self.other)
        #expect(bench.progress.failed == 0)
        bench.answer(next, .applied)
        #expect(bench.ending() == .done)
        #expect(bench.progress.failed == 2)
        #expect(bench.sent.count == 2)
    }

    @Test("doubtCredentials: a target that is all there is is failed, and the run is done")
    func doubtedAlone() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.meeting)])
        bench.answer(try bench.mustSend(), .doubtCredentials)
        #expect(bench.ending() == .done)
        #expect(bench.progress.failed == 2)
        #expect(bench.sent.count == 1)
    }

    @Test(
        "doubtCredentials: where several answer so and none succeeds the run stops with nothing failed",
        arguments: [2, 40]
    )
    func doubtConfirmed(meetings: Int) throws {
        var bench = DispatchHarness((1...meetings).map { Some.batch(Int64($0), of: Some.meeting($0)) })
        while let shipment = bench.nextSent() { bench.answer(shipment, .doubtCredentials) }
        guard case .refused = try bench.mustEnd() else {
            Issue.record("the run did not end as refused")
            return
        }
        #expect(bench.sent.count == min(meetings, CredentialDoubt.several))
        #expect(bench.progress.failed == 0)
    }

    @Test("doubtCredentials: what is under way may still show that only some targets are at fault")
    func doubtedWhileUnderWay() throws {
        var bench = DispatchHarness((1...9).map { Some.batch(Int64($0), of: Some.meeting($0)) })
        let under = try (1...6).map { _ in try bench.mustSend() }
        for shipment in under.prefix(5) { bench.answer(shipment, .doubtCredentials) }
        guard case .wait = bench.next() else {
            Issue.record("it did not wait for the answer that may yet succeed")
            return
        }
        bench.answer(under[5], .applied)
        while let shipment = bench.nextSent() { bench.answer(shipment, .applied) }
        #expect(bench.ending() == .done)
        #expect((bench.progress.applied, bench.progress.failed) == (4, 5))
    }

    @Test("doubtCredentials: a run that is stopped meanwhile leaves the doubted ones as they were")
    func doubtedAndStopped() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.other)])
        bench.answer(try bench.mustSend(), .doubtCredentials)
        let second = try bench.mustSend()
        bench.stop()
        bench.answer(second, .applied)
        #expect(bench.ending() == .interrupted)
        #expect(bench.progress.failed == 0)
    }

    @Test("hold: that meeting waits for a moment, the others go on, and the account's rate stays")
    func hold() throws {
        var bench = DispatchHarness(
            [Some.batch(1, of: Self.meeting)] + (2...30).map { Some.batch($0, of: Some.meeting(Int($0))) }
        )
        let first = try bench.mustSend()
        let rate = bench.progress.allowedRate
        bench.answer(first, .hold(.seconds(2)), .answer(Answer(status: 429)))
        let held = bench.elapsed
        var again: Duration?
        while let shipment = bench.nextSent() {
            if shipment.batch == first.batch { again = bench.elapsed }
            bench.answer(shipment, .applied)
        }
        #expect(try #require(again) >= held + .seconds(2))
        #expect(bench.sent[1].batch != first.batch)
        #expect(bench.progress.allowedRate == rate)
        #expect(bench.progress.refusals == 0)
        #expect(bench.ending() == .done)
    }

    @Test("hold: a meeting that is never free is left to a later run, with nothing failed")
    func heldForEver() throws {
        var bench = one(2)
        while let shipment = bench.nextSent() { bench.answer(shipment, .hold(nil), .answer(Answer(status: 429))) }
        guard case .workRemains = try bench.mustEnd() else {
            Issue.record("the run did not end with work left")
            return
        }
        #expect(bench.sent.count == RetryPolicy().failures)
    }

    @Test("slowDown: everything pauses, then the same batch is sent again")
    func slowDown() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.other)])
        let first = try bench.mustSend()
        bench.answer(first, .slowDown(.seconds(9)))
        let refused = bench.elapsed
        #expect(bench.nextSent() != nil)
        #expect(bench.elapsed >= refused + .seconds(9))
        #expect(bench.nextSent() != nil)
        #expect(Set(bench.sent.map(\.batch)).count == 2)
        #expect(bench.progress.refusals == 1)
    }

    @Test("slowDown: an HTTP date or ISO 8601 moment is waited for by the calendar")
    func slowDownUntil() throws {
        var bench = one(1)
        bench.answer(try bench.mustSend(), .slowDown(.date(Some.date.addingTimeInterval(30))))
        #expect(bench.nextSent() != nil)
        #expect(bench.date >= Some.date.addingTimeInterval(30))
        #expect(bench.date < Some.date.addingTimeInterval(31))
    }

    @Test("slowDown: a pause that is too long ends the run and says when it may go on")
    func longPause() throws {
        var bench = one(1)
        bench.answer(try bench.mustSend(), .slowDown(.seconds(3_600)))
        guard case .workRemains(_, let due?) = try bench.mustEnd() else {
            Issue.record("the run did not say when it may go on")
            return
        }
        #expect(abs(due.timeIntervalSince(Some.date) - 3_600) < 1)
    }

    @Test("slowDown: an account whose rate is never free ends the run instead of keeping it for ever")
    func alwaysRefused() throws {
        var bench = one(1)
        while let shipment = bench.nextSent() { bench.answer(shipment, .slowDown(nil)) }
        guard case .workRemains = try bench.mustEnd() else {
            Issue.record("the run did not end with work left")
            return
        }
        #expect(bench.sent.count == DispatchOptions(.pro).refusals)
    }

    @Test("deferUntil account: all is put off to 00:00 UTC, and the run says so")
    func deferAccount() throws {
        var bench = DispatchHarness((1...4).map { Some.batch($0, of: Some.meeting(Int($0))) })
        bench.answer(try bench.mustSend(), .deferUntil(.account, nil))
        guard case .workRemains(_, let due) = try bench.mustEnd() else {
            Issue.record("the run did not end with work left")
            return
        }
        #expect(due == Self.midnight)
        #expect(bench.sent.count == 1)
        #expect(bench.progress.deferred == 4)
    }

    @Test("deferUntil target: that meeting is put off, the others go on")
    func deferTarget() throws {
        var bench = DispatchHarness([
            Some.batch(1, of: Self.meeting), Some.batch(2, of: Self.meeting), Some.batch(3, of: Self.other),
        ])
        bench.answer(try bench.mustSend(), .deferUntil(.target, nil))
        let next = try bench.mustSend()
        #expect(next.target == Self.other)
        bench.answer(next, .applied)
        guard case .workRemains(_, let due) = try bench.mustEnd() else {
            Issue.record("the run did not end with work left")
            return
        }
        #expect(due == Self.midnight)
        #expect(bench.progress.deferred == 2)
        #expect(bench.progress.applied == 1)
    }

    @Test("deferUntil registrant: the one who is named waits, the rest is sent without")
    func deferRegistrant() throws {
        var bench = one(4)
        let first = try bench.mustSend()
        bench.answer(first, .deferUntil(.registrant(try #require(first.registrants[2].id)), nil))
        let rest = try bench.mustSend()
        #expect(rest.registrants == [0, 1, 3].map { first.registrants[$0] })
        bench.answer(rest, .applied)
        #expect(bench.ending() != .done)
        #expect(bench.progress.deferred == 1)
    }

    @Test("deferUntil registrant: if nobody of that name is in the batch, the limit is the target's")
    func deferSomebody() throws {
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting, size: 4), Some.batch(2, of: Self.meeting)])
        bench.answer(try bench.mustSend(), .deferUntil(.registrant("somebody else"), nil))
        #expect(bench.nextSent() == nil)
        #expect(bench.progress.deferred == 5)
    }

    @Test("deferUntil registrant: a webinar that names somebody with few changes is put off whole, after one request")
    func deferWebinar() throws {
        let webinar = Some.meeting(1, kind: .webinar)
        var bench = DispatchHarness(
            [
                Some.batch(1, of: webinar, size: 30), Some.batch(2, of: webinar, size: 30),
                Some.batch(3, of: Self.other),
            ],
            changesToday: [4]
        )
        let first = try bench.mustSend()
        bench.answer(first, .deferUntil(.registrant(try #require(first.registrants[0].id)), nil))
        let next = try bench.mustSend()
        #expect(next.target == Self.other)
        bench.answer(next, .applied)
        guard case .workRemains(_, let due) = try bench.mustEnd() else {
            Issue.record("the run did not end with work left")
            return
        }
        #expect(due == Self.midnight)
        #expect(bench.sent.count == 2)
        #expect(bench.progress.deferred == 60)
        guard case .deferred(_, let reason)? = bench.verdicts.first else {
            Issue.record("the batch was not put off")
            return
        }
        #expect(reason.contains("no more status changes in this webinar today"))
    }

    @Test("retry: the same batch again, after a while")
    func retry() throws {
        var bench = one(2)
        let first = try bench.mustSend()
        bench.answer(first, .retry(nil))
        let again = try bench.mustSend()
        #expect(again.batch == first.batch)
        bench.answer(again, .applied)
        #expect(bench.ending() == .done)
    }

    @Test("retry: a wait that Zoom asks for is kept")
    func retryAfter() throws {
        var bench = one(2)
        bench.answer(try bench.mustSend(), .retry(.seconds(40)))
        let failed = bench.elapsed
        #expect(bench.nextSent() != nil)
        #expect(bench.elapsed >= failed + .seconds(40))
    }

    @Test("retry: a wait that is too long defers the batch, and at most to the same time tomorrow")
    func longRetryAfter() throws {
        var bench = one(2)
        bench.answer(try bench.mustSend(), .retry(.seconds(.max)))
        guard case .workRemains(_, let due?) = try bench.mustEnd() else {
            Issue.record("the run did not say when it may go on")
            return
        }
        #expect(abs(due.timeIntervalSince(Some.date) - 86_400) < 1)
    }

    @Test("retry: a server that never recovers ends the run in bounded time with nothing failed")
    func deadServer() throws {
        var bench = DispatchHarness((1...20).map { Some.batch($0, of: Some.meeting(Int($0))) })
        let lost = SendResult.noAnswer(RequestFailure(cause: .unreachable, detail: "no route"))
        while let shipment = bench.nextSent() { bench.answer(shipment, .retry(nil), lost) }
        guard case .unreachable = try bench.mustEnd() else {
            Issue.record("the run did not end as unreachable")
            return
        }
        #expect(bench.sent.count <= 10)
        #expect(bench.elapsed < .seconds(120))
        #expect(bench.progress.failed == 0)
    }

    @Test(
        "retry: one batch and a dead server are the same, also beside what an earlier run put off",
        arguments: [true, false]
    )
    func deadServerAndDeferred(isDeferred: Bool) throws {
        let tomorrow = Some.date.addingTimeInterval(43_200)
        let deferred = Some.batch(2, of: Self.other, dueAt: tomorrow)
        var bench = DispatchHarness([Some.batch(1, of: Self.meeting)] + (isDeferred ? [deferred] : []))
        let lost = SendResult.noAnswer(RequestFailure(cause: .unreachable, detail: "no route"))
        while let shipment = bench.nextSent() { bench.answer(shipment, .retry(nil), lost) }
        guard case .unreachable = try bench.mustEnd() else {
            Issue.record("the run did not end as unreachable")
            return
        }
        #expect(bench.progress.deferred == (isDeferred ? 1 : 0))
    }

    @Test("retry: a server that answers nothing but trouble is failing, also with one batch")
    func failingServer() throws {
        var bench = one(2)
        while let shipment = bench.nextSent() { bench.answer(shipment, .retry(nil)) }
        guard case .serverFailing = try bench.mustEnd() else {
            Issue.record("the run did not end as one of a failing server")
            return
        }
    }

    @Test("retry: one batch that always fails is left to the next run, and the others are sent")
    func oneFails() throws {
        var bench = DispatchHarness((1...40).map { Some.batch($0, of: Some.meeting(Int($0))) })
        while let shipment = bench.nextSent() {
            bench.answer(shipment, shipment.batch == BatchID(rawValue: 7) ? .retry(nil) : .applied)
        }
        guard case .workRemains = try bench.mustEnd() else {
            Issue.record("the run did not end with work left")
            return
        }
        #expect(bench.progress.applied == 39)
        #expect(bench.sent.count { $0.batch == BatchID(rawValue: 7) } == RetryPolicy().failures)
    }
}

import Decisions
import Foundation
import Journal
import Testing
import Zoom

@testable import Sending

/// The survey as a value: no network, no clock, no disk.
@Suite("Reading Zoom's lists of many meetings")
struct SurveyTests {
    private func survey(_ targets: [Target], rate: Double = 20, day: Int? = nil, spent: Int = 0) -> Survey {
        let options = DispatchOptions(pace: .perSecond(rate), days: DayLimits(account: day))
        var today = DayUsage()
        today.byAccount[nil] = spent
        return Survey(
            options,
            targets: targets,
            spent: [UTCDay(Some.start.date): today],
            by: nil,
            seed: 1,
            at: Some.start
        )
    }

    private func disposition(_ nextStep: Disposition.NextStep, _ subject: Disposition.Subject = .server) -> Disposition
    {
        Disposition(subject: subject, nextStep: nextStep, explanation: "because")
    }

    /// Asks for steps, letting time pass, until one is not a wait.
    private func step(_ survey: inout Survey, at now: inout ClockReading) -> Survey.Step {
        while true {
            let step = survey.next(at: now)
            guard case .wait(let until?) = step else { return step }
            now = now.after(until - now.elapsed)
        }
    }

    private func query(_ survey: inout Survey, at now: inout ClockReading) throws -> RegistrantQuery {
        let step = step(&survey, at: &now)
        guard case .list(let query) = step else { throw Unexpected(step: step) }
        return query
    }

    private struct Unexpected: Error { let step: Survey.Step }

    private func answer(_ survey: inout Survey, _ query: RegistrantQuery, _ reply: ListResult, at now: ClockReading) {
        survey.handle(.answered(query, reply, nil), at: now)
    }

    private func refuse(
        _ survey: inout Survey,
        _ query: RegistrantQuery,
        _ disposition: Disposition,
        at now: ClockReading
    ) {
        let reply = ListResult.refused(.answer(Answer(status: 400, code: 1)))
        survey.handle(.answered(query, reply, disposition), at: now)
    }

    @Test("lists are read once more at once, or where they may lag, after a while", arguments: [0, 3])
    func doubt(seconds: Int) throws {
        let target = try Some.target()
        var survey = survey([target])
        survey.rereadDelay = .seconds(seconds)
        var now = Some.start
        for _ in 0..<3 { answer(&survey, try query(&survey, at: &now), Some.page([]), at: now) }
        guard case .judge = step(&survey, at: &now) else {
            Issue.record("no roll")
            return
        }
        let judged = now
        survey.handle(.judged(target, readAgain: true), at: now)
        _ = try query(&survey, at: &now)
        let waited = now.elapsed - judged.elapsed
        #expect(waited >= .seconds(seconds) && waited < .seconds(seconds + 1))
    }

    @Test("all three lists are read, page by page, and then the roll is handed out")
    func whole() throws {
        let target = try Some.target()
        var survey = survey([target])
        var now = Some.start
        var asked: [RegistrantQuery] = []
        let replies = [
            Some.page(["a"], next: "t1"), Some.page(["b"], next: "t2"), Some.page(["c"]), Some.page([]),
            Some.page(["d"]),
        ]
        for reply in replies {
            let query = try query(&survey, at: &now)
            asked.append(query)
            answer(&survey, query, reply, at: now)
        }
        #expect(asked.map(\.status) == [.pending, .pending, .pending, .approved, .denied])
        #expect(asked.map(\.pageToken) == [nil, "t1", "t2", nil, nil])
        #expect(asked.allSatisfy { $0.pageSize == 300 })
        guard case .judge(target, let roll, isSecond: false) = step(&survey, at: &now) else {
            Issue.record("no roll")
            return
        }
        #expect(roll.count == 4)
        survey.handle(.judged(target, readAgain: false), at: now)
        #expect(step(&survey, at: &now) == .finish(.done))
    }

    @Test("a second reading begins with the first list and keeps whom only the first one saw")
    func again() throws {
        let target = try Some.target()
        var survey = survey([target])
        var now = Some.start
        for ids in [["a", "b"], [], []] { answer(&survey, try query(&survey, at: &now), Some.page(ids), at: now) }
        _ = step(&survey, at: &now)
        survey.handle(.judged(target, readAgain: true), at: now)
        for ids in [[], ["b"], []] { answer(&survey, try query(&survey, at: &now), Some.page(ids), at: now) }
        guard case .judge(target, let roll, isSecond: true) = step(&survey, at: &now) else {
            Issue.record("no second roll")
            return
        }
        #expect(roll.entry(id: "a").map(\.status) == .some(nil))
        #expect(roll.entry(id: "b") != nil)
    }

    @Test("one request of a meeting is under way at a time, and many meetings at once")
    func side() throws {
        let targets = try (1...5).map { try Some.target($0) } + [try Some.target(1, occurrence: "o")]
        var survey = survey(targets, rate: 1_000)
        var now = Some.start
        var asked: [Target] = []
        while case .list(let query) = step(&survey, at: &now) { asked.append(query.target) }
        #expect(asked.count == 5)
        #expect(Set(asked.map(\.whole)).count == 5)
    }

    @Test("pages are asked for no faster than the label allows, in any second", arguments: [2.0, 20, 60])
    func pace(rate: Double) throws {
        let targets = try (1...200).map { try Some.target($0) }
        var survey = survey(targets, rate: rate)
        var now = Some.start
        var sent: [Duration] = []
        while sent.count < 200 {
            switch step(&survey, at: &now) {
            case .list(let query):
                sent.append(now.elapsed)
                answer(&survey, query, Some.page([]), at: now)
            case .judge(let target, _, _): survey.handle(.judged(target, readAgain: false), at: now)
            case let step: throw Unexpected(step: step)
            }
        }
        for (index, moment) in sent.enumerated() {
            let inSecond = sent[index...].prefix { $0 - moment < .seconds(1) }.count
            #expect(inSecond <= Int(rate))
        }
    }

    @Test("the limiter that is handed on knows what was sent, so nothing leaves too early afterwards")
    func handedOn() throws {
        var survey = survey([try Some.target()], rate: 2)
        var now = Some.start
        for _ in 0..<3 { answer(&survey, try query(&survey, at: &now), Some.page([]), at: now) }
        var limiter = survey.line.limiter
        #expect(limiter.earliest(at: now.elapsed) >= now.elapsed + .milliseconds(490))
        var fresh = RateLimiter(.perSecond(2))
        #expect(fresh.earliest(at: now.elapsed) == now.elapsed)
    }

    @Test("a list that is read in part is read to its end before another one is begun")
    func begunFirst() throws {
        var survey = survey(try (1...3).map { try Some.target($0) }, rate: 2)
        var now = Some.start
        var asked: [String] = []
        for _ in 1...4 {
            let query = try query(&survey, at: &now)
            asked.append("\(query.target.id) \(query.status) \(query.pageToken ?? "-")")
            answer(&survey, query, Some.page(["a"], next: query.pageToken == nil ? "t" : nil), at: now)
        }
        #expect(
            asked == [
                "85123451001 pending -", "85123451001 pending t", "85123451001 approved -", "85123451001 approved t",
            ]
        )
    }

    @Test("an expired page token begins its list anew, a bounded number of times; then it is left to a later run")
    func restart() throws {
        let target = try Some.target()
        var survey = survey([target])
        var now = Some.start
        for _ in 0..<Reading.mostRestarts {
            answer(&survey, try query(&survey, at: &now), Some.page(["a"], next: "t"), at: now)
            let second = try query(&survey, at: &now)
            #expect(second.pageToken == "t")
            refuse(&survey, second, disposition(.failTarget, .meeting), at: now)
        }
        answer(&survey, try query(&survey, at: &now), Some.page(["a"], next: "t"), at: now)
        refuse(&survey, try query(&survey, at: &now), disposition(.failTarget, .meeting), at: now)
        #expect(step(&survey, at: &now) == .finish(.workRemains(reason: "because", due: nil)))
        #expect(survey.unread == [target])
    }

    @Test("a page token that is nearly 15 minutes old is not even tried")
    func oldToken() throws {
        var survey = survey([try Some.target()])
        var now = Some.start
        answer(&survey, try query(&survey, at: &now), Some.page(["a"], next: "t"), at: now)
        now = now.after(.seconds(870))
        #expect(try query(&survey, at: &now).pageToken == nil)
    }

    @Test("pages that go in a circle end, and the target is left to a later run")
    func circle() throws {
        let target = try Some.target()
        var survey = survey([target])
        var now = Some.start
        answer(&survey, try query(&survey, at: &now), Some.page(["a"], next: "t"), at: now)
        answer(&survey, try query(&survey, at: &now), Some.page(["b"], next: "t"), at: now)
        #expect(step(&survey, at: &now) == .finish(.workRemains(reason: Reasons.endlessList, due: nil)))
        #expect(survey.unread == [target])
    }

    @Test("so do pages without end")
    func endless() throws {
        var survey = survey([try Some.target()], rate: 1_000)
        var now = Some.start
        var pages = 0
        while case .list(let query) = step(&survey, at: &now) {
            pages += 1
            answer(&survey, query, Some.page([], next: "t\(pages)"), at: now)
        }
        #expect(pages == Reading.mostPages)
    }

    @Test("a meeting that Zoom refuses is failed, and the others are read")
    func refused() throws {
        let targets = [try Some.target(1), try Some.target(2)]
        var survey = survey(targets)
        var now = Some.start
        refuse(&survey, try query(&survey, at: &now), disposition(.failTarget, .meeting), at: now)
        guard case .close(let closing) = step(&survey, at: &now) else {
            Issue.record("not closed")
            return
        }
        #expect(closing.target == targets[0])
        survey.handle(.closed, at: now)
        for _ in 0..<3 { answer(&survey, try query(&survey, at: &now), Some.page([]), at: now) }
        guard case .judge(targets[1], _, isSecond: false) = step(&survey, at: &now) else {
            Issue.record("the other one was not read")
            return
        }
    }

    @Test("too fast: the page is asked for again, later and slower")
    func slowDown() throws {
        var survey = survey([try Some.target()])
        var now = Some.start
        let first = try query(&survey, at: &now)
        let refusedAt = now.elapsed
        refuse(&survey, first, disposition(.slowDown(.seconds(7)), .requestRate), at: now)
        #expect(try query(&survey, at: &now) == first)
        #expect(now.elapsed >= refusedAt + .seconds(7))
        #expect(survey.line.limiter.rate(at: now.elapsed) < 20)
    }

    @Test("trouble of the server is waited out, and too much of it ends the survey")
    func trouble() throws {
        var survey = survey([try Some.target()])
        var now = Some.start
        var asked = 0
        while case .list(let query) = step(&survey, at: &now) {
            asked += 1
            survey.handle(
                .answered(
                    query,
                    .refused(.noAnswer(RequestFailure(cause: .cut, detail: "cut"))),
                    disposition(.retry(nil))
                ),
                at: now
            )
            #expect(asked < 50)
        }
        #expect((2...20).contains(asked))
        guard case .finish(let ending) = survey.next(at: now) else {
            Issue.record("not over")
            return
        }
        #expect(ending != .done)
    }

    @Test("a refused token is tried once more with a new one, and then a person must look")
    func token() throws {
        var survey = survey([try Some.target()])
        var now = Some.start
        refuse(&survey, try query(&survey, at: &now), disposition(.refreshToken, .credentials), at: now)
        now = now.after(.seconds(1))
        refuse(&survey, try query(&survey, at: &now), disposition(.refreshToken, .credentials), at: now)
        #expect(step(&survey, at: &now) == .finish(.refused(disposition(.refreshToken, .credentials))))
    }

    @Test("a missing scope stops at once")
    func scope() throws {
        var survey = survey([try Some.target(1), try Some.target(2)])
        var now = Some.start
        refuse(&survey, try query(&survey, at: &now), disposition(.stop, .credentials), at: now)
        #expect(step(&survey, at: &now) == .finish(.refused(disposition(.stop, .credentials))))
    }

    @Test("when the account's day is spent, everything that is left is deferred to 00:00 UTC")
    func day() throws {
        let targets = [try Some.target(1), try Some.target(2)]
        var survey = survey(targets, day: 2_000, spent: 1_999)
        var now = Some.start
        answer(&survey, try query(&survey, at: &now), Some.page([]), at: now)
        var closed: [Target] = []
        while case .close(let closing) = step(&survey, at: &now) {
            closed.append(closing.target)
            guard case .deferred(let until, _) = closing.outcome else {
                Issue.record("not deferred")
                return
            }
            #expect(Int(until.timeIntervalSince1970) % 86_400 == 0 && until > now.date)
            survey.handle(.closed, at: now)
        }
        #expect(Set(closed) == Set(targets))
        #expect(survey.requests == 1)
    }

    @Test("told to stop, it asks for nothing more and waits for what is under way")
    func stop() throws {
        var survey = survey([try Some.target(1), try Some.target(2)])
        var now = Some.start
        let first = try query(&survey, at: &now)
        survey.handle(.stop, at: now)
        guard case .wait = survey.next(at: now) else {
            Issue.record("did not wait")
            return
        }
        answer(&survey, first, Some.page(["a"]), at: now)
        #expect(survey.next(at: now) == .finish(.interrupted))
    }

    @Test("a list that is refused as if for the credentials fails its meeting alone, once another list was read")
    func doubted() throws {
        let targets = try (1...2).map { try Some.target($0) }
        var survey = survey(targets)
        var now = Some.start
        refuse(&survey, try query(&survey, at: &now), disposition(.doubtCredentials), at: now)
        var closed: [Target] = []
        for _ in 0..<9 {
            switch step(&survey, at: &now) {
            case .list(let query): answer(&survey, query, Some.page([]), at: now)
            case .judge(let target, _, _): survey.handle(.judged(target, readAgain: false), at: now)
            case .close(let closing):
                closed.append(closing.target)
                survey.handle(.closed, at: now)
            case .wait, .finish: break
            }
        }
        #expect(closed == [targets[0]])
        #expect(step(&survey, at: &now) == .finish(.done))
    }

    @Test("and where all lists are refused so, the credentials are")
    func doubtedAll() throws {
        var survey = survey(try (1...3).map { try Some.target($0) })
        var now = Some.start
        for _ in 0..<3 { refuse(&survey, try query(&survey, at: &now), disposition(.doubtCredentials), at: now) }
        guard case .finish(.refused) = step(&survey, at: &now) else {
            Issue.record("the survey did not end as refused")
            return
        }
    }
}

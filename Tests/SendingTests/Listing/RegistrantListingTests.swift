import Decisions
import Foundation
import Journal
import Testing
import Zoom

@testable import Sending

/// The loop with a made-up Zoom on a made-up clock: no network, no disk, no waiting.
@Suite("Reading Zoom's lists of many meetings")
struct RegistrantListingTests {
    private static let missing = Answer(status: 404, code: 3001, message: "Meeting does not exist.")
    private static let staleToken = Answer(status: 401, code: 124, message: "Invalid access token.")
    private static let noScope = Answer(
        status: 400,
        code: 4711,
        message: "Invalid access token, does not contain scopes."
    )
    private static let noPermission = Answer(status: 400, code: 200, message: "No permission.")
    private static let invalidPage = Answer(
        status: 400,
        code: 300,
        message: "The next page token is invalid or expired."
    )
    private static let accountDay = Answer(
        status: 429,
        code: 429,
        message: "You have reached the maximum daily rate limit for this API.",
        rateLimitType: "Daily-limit"
    )

    private static func tooFast(retryAfter seconds: Int) -> Answer {
        Answer(
            status: 429,
            code: 429,
            message: "You have reached the maximum per-second rate limit for this API. Try again later.",
            rateLimitType: "QPS",
            retryAfter: .seconds(seconds)
        )
    }

    private static let cut = ListResult.refused(.noAnswer(RequestFailure(cause: .cut, detail: "cut")))

    private static func options(rate: Double) -> DispatchOptions {
        DispatchOptions(pace: .perSecond(rate), days: DayLimits())
    }

    private static func targets(_ count: Int) throws -> [Target] { try (1...count).map { try Some.target($0) } }

    // MARK: Pages

    @Test("all three lists are read, page by page, each journaled, and then they are used")
    func whole() async throws {
        let pages = [
            Some.page(["a"], next: "t1"), Some.page(["b"], next: "t2"), Some.page(["c"]), Some.page([]),
            Some.page(["d"]),
        ]
        let zoom = ListingHarness { pages[$1] }
        let result = await zoom.read([try Some.target()])
        #expect(result.ending == .done && result.unread.isEmpty)
        #expect(zoom.asked.map(\.status) == [.pending, .pending, .pending, .approved, .denied])
        #expect(zoom.asked.map(\.pageToken) == [nil, "t1", "t2", nil, nil])
        #expect(zoom.asked.allSatisfy { $0.pageSize == 300 })
        #expect(zoom.noted.map(\.status) == [200, 200, 200, 200, 200])
        #expect(zoom.judged.map(\.directory.count) == [4] && !zoom.judged[0].isSecond)
    }

    @Test("a second reading begins with the first list and keeps whom only the first one saw")
    func again() async throws {
        let pages = [["a", "b"], [], [], [], ["b"], []].map { Some.page($0) }
        let zoom = ListingHarness { pages[$1] }
        _ = await zoom.read([try Some.target()]) { !$0.isSecond }
        #expect(zoom.asked.map(\.status) == [.pending, .approved, .denied, .pending, .approved, .denied])
        #expect(zoom.judged.map(\.isSecond) == [false, true])
        let directory = try #require(zoom.judged.last).directory
        #expect(directory.entry(id: "a").map(\.status) == .some(nil))
        #expect(directory.entry(id: "b") != nil)
    }

    @Test("lists are read once more at once, or where they may lag, after a while", arguments: [0, 3])
    func doubt(seconds: Int) async throws {
        let zoom = ListingHarness { _, _ in Some.page([]) }
        _ = await zoom.read([try Some.target()], rereadDelay: .seconds(seconds)) { !$0.isSecond }
        try #require(zoom.asked.count == 6)
        let waited = zoom.askedAt[3] - zoom.judged[0].at
        #expect(waited >= .seconds(seconds) && waited < .seconds(seconds + 1))
    }

    @Test("a list that is read in part is read to its end before another one is begun")
    func begunFirst() async throws {
        let zoom = ListingHarness { query, _ in Some.page(["a"], next: query.pageToken == nil ? "t" : nil) }
        _ = await zoom.read(try Self.targets(3), Self.options(rate: 2))
        let asked = zoom.asked.prefix(8).map { "\($0.target.id) \($0.status) \($0.pageToken ?? "-")" }
        #expect(
            asked == [
                "85123451001 pending -", "85123451001 pending t", "85123451001 approved -", "85123451001 approved t",
                "85123451001 denied -", "85123451001 denied t", "85123451002 pending -", "85123451002 pending t",
            ]
        )
    }

    @Test("an expired page token begins its list anew, a bounded number of times; then it is left to a later run")
    func restart() async throws {
        let target = try Some.target()
        let zoom = ListingHarness { query, _ in
            query.pageToken == nil ? Some.page(["a"], next: "t") : .refused(.answer(Self.invalidPage))
        }
        let result = await zoom.read([target])
        #expect(zoom.asked.map(\.pageToken) == (0...RegistrantListing.mostRestarts).flatMap { _ in [nil, "t"] })
        #expect(result.unread == [target] && result.isOver)
        guard case .workRemains(_, due: nil) = result.ending else {
            Issue.record("ended as \(result.ending)")
            return
        }
    }

    @Test("a page token that is nearly 15 minutes old is not even tried")
    func oldToken() async throws {
        var options = Self.options(rate: 20)
        options.patience = .seconds(1_000)
        let zoom = ListingHarness { _, number in
            switch number {
            case 0: Some.page(["a"], next: "t")
            case 1: .refused(.answer(Self.tooFast(retryAfter: 870)))
            default: Some.page([])
            }
        }
        _ = await zoom.read([try Some.target()], options)
        #expect(zoom.asked.map(\.pageToken) == [nil, "t", nil, nil, nil])
    }

    @Test("pages that go in a circle end, and the target is left to a later run")
    func circle() async throws {
        let target = try Some.target()
        let zoom = ListingHarness { _, _ in Some.page(["a"], next: "t") }
        let result = await zoom.read([target])
        #expect(zoom.asked.count == 2)
        #expect(result.ending == .workRemains(reason: Reasons.endlessList, due: nil) && result.unread == [target])
    }

    @Test("so do pages without end")
    func endless() async throws {
        let zoom = ListingHarness { _, number in Some.page([], next: "t\(number)") }
        let result = await zoom.read([try Some.target()], Self.options(rate: 1_000))
        #expect(zoom.asked.count == RegistrantListing.mostPages)
        #expect(result.ending == .workRemains(reason: Reasons.endlessList, due: nil))
    }

    // MARK: Pace

    @Test("one request of a meeting is under way at a time, and many meetings at once, but no more than allowed")
    func side() async throws {
        let targets = try Self.targets(5) + [try Some.target(1, occurrence: "o")]
        for (width, most) in [(128, 5), (3, 3)] {
            let zoom = ListingHarness(latency: .seconds(1)) { _, _ in Some.page([]) }
            var options = Self.options(rate: 1_000)
            options.width = width
            #expect(await zoom.read(targets, options).ending == .done)
            #expect(zoom.mostUnderWay == most)
            #expect(zoom.mostOfAMeeting == 1)
            #expect(zoom.judged.count == 6)
        }
    }

    @Test("pages are asked for no faster than the label allows, in any second", arguments: [2.0, 20, 60])
    func pace(rate: Double) async throws {
        let zoom = ListingHarness { _, _ in Some.page([]) }
        _ = await zoom.read(try Self.targets(70), Self.options(rate: rate))
        let sent = zoom.askedAt
        #expect(sent.count == 210)
        for (index, moment) in sent.enumerated() {
            #expect(sent[index...].prefix { $0 - moment < .seconds(1) }.count <= Int(rate))
        }
    }

    @Test("the limiter that is handed on knows what was sent, so nothing leaves too early afterwards")
    func handedOn() async throws {
        let zoom = ListingHarness { _, _ in Some.page([]) }
        var limiter = await zoom.read([try Some.target()], Self.options(rate: 2)).limiter
        let now = zoom.time.elapsed()
        #expect(limiter.earliest(at: now) >= (try #require(zoom.askedAt.last)) + .milliseconds(490))
        var fresh = RateLimiter(.perSecond(2))
        #expect(fresh.earliest(at: now) == now)
    }

    @Test("too fast: the page is asked for again, later and slower")
    func slowDown() async throws {
        let zoom = ListingHarness { _, number in
            if number == 1 { return .refused(.answer(Self.tooFast(retryAfter: 7))) }
            return Some.page(["a"], next: number == 0 ? "t" : nil)
        }
        let result = await zoom.read([try Some.target()])
        #expect(result.ending == .done)
        #expect(zoom.asked[2] == zoom.asked[1])
        #expect(zoom.askedAt[2] >= zoom.askedAt[1] + .seconds(7))
        #expect(result.limiter.rate(at: zoom.time.elapsed()) < 20)
    }

    @Test("a longer pause than a run sits out leaves the rest to a later run, with the moment")
    func longPause() async throws {
        let zoom = ListingHarness { _, _ in .refused(.answer(Self.tooFast(retryAfter: 3_600))) }
        let result = await zoom.read([try Some.target()])
        guard case .workRemains(Reasons.longPause, let due?) = result.ending else {
            Issue.record("ended as \(result.ending)")
            return
        }
        #expect(abs(due.timeIntervalSince(Some.date) - 3_600) < 1 && !result.isOver)
    }

    // MARK: Refusals

    @Test("a meeting that Zoom refuses is failed, and the others are read")
    func refused() async throws {
        let targets = try Self.targets(2)
        let zoom = ListingHarness { query, _ in
            query.target == targets[0] ? .refused(.answer(Self.missing)) : Some.page([])
        }
        #expect(await zoom.read(targets).ending == .done)
        #expect(zoom.closed.map(\.target) == [targets[0]])
        guard case .failed(code: 3001, _)? = zoom.closed.first?.outcome else {
            Issue.record("not failed")
            return
        }
        #expect(zoom.judged.map(\.target) == [targets[1]])
    }

    @Test(
        "what is wrong with the credentials ends it, with nothing failed; a refused token only the second time",
        arguments: [(staleToken, 1, 2), (noScope, 2, 1), (noPermission, 3, 3)]
    )
    func credentials(answer: Answer, meetings: Int, requests: Int) async throws {
        let zoom = ListingHarness { _, _ in .refused(.answer(answer)) }
        let result = await zoom.read(try Self.targets(meetings))
        #expect(result.ending == .refused(AnswerTable.disposition(for: .answer(answer), to: zoom.asked[0])))
        #expect(zoom.asked.count == requests && zoom.closed.isEmpty && zoom.noted.count == requests)
    }

    @Test("a refused token is tried once more with a new one")
    func token() async throws {
        let zoom = ListingHarness { _, number in
            number == 0 ? .refused(.answer(Self.staleToken)) : Some.page([])
        }
        #expect(await zoom.read([try Some.target()]).ending == .done)
        #expect(zoom.asked.count == 4)
    }

    @Test("a list that is refused as if for the credentials fails its meeting alone, once another list was read")
    func doubted() async throws {
        let targets = try Self.targets(2)
        let zoom = ListingHarness { query, _ in
            query.target == targets[0] ? .refused(.answer(Self.noPermission)) : Some.page([])
        }
        #expect(await zoom.read(targets).ending == .done)
        #expect(zoom.closed.map(\.target) == [targets[0]] && zoom.judged.map(\.target) == [targets[1]])
    }

    @Test("trouble of the server is waited out, and too much of it ends the reading")
    func trouble() async throws {
        let passing = ListingHarness { _, number in number < 2 ? Self.cut : Some.page([]) }
        #expect(await passing.read([try Some.target()]).ending == .done)
        let lasting = ListingHarness { _, _ in Self.cut }
        let result = await lasting.read([try Some.target()])
        #expect((2...20).contains(lasting.asked.count))
        #expect(result.ending != .done)
    }

    // MARK: Days

    @Test(
        "when the account's day is spent, by our count or Zoom's, everything that is left is deferred to 00:00 UTC",
        arguments: [true, false]
    )
    func day(isOurCount: Bool) async throws {
        let targets = try Self.targets(2)
        var options = Self.options(rate: 20)
        if isOurCount { options.days.account = 2_000 }
        let zoom = ListingHarness { _, _ in isOurCount ? Some.page([]) : .refused(.answer(Self.accountDay)) }
        #expect(await zoom.read(targets, options, spent: 1_999).ending == .done)
        #expect(zoom.asked.count == 1 && zoom.judged.isEmpty)
        #expect(Set(zoom.closed.map(\.target)) == Set(targets) && zoom.closed.count == 2)
        for closing in zoom.closed {
            guard case .deferred(until: UTCDay(Some.date).end, _) = closing.outcome else {
                Issue.record("closed as \(closing.outcome)")
                return
            }
        }
    }

    // MARK: The end

    @Test("told to stop, it asks for nothing more and waits for what is under way, though not for ever")
    func stop() async throws {
        for (latency, end) in [(10, 10), (100_000, 30_000)] {
            let switches = StopSwitch()
            let zoom = ListingHarness(latency: .milliseconds(latency), stop: switches) { _, _ in
                switches.turnOn()
                return Some.page(["a"])
            }
            #expect(await zoom.read(try Self.targets(2)).ending == .interrupted)
            #expect(zoom.asked.count == 1 && zoom.noted.count == 1)
            #expect(zoom.time.elapsed() == .milliseconds(end))
        }
    }

    @Test("a journal that fails ends it at once")
    func journalFailed() async throws {
        let zoom = ListingHarness(latency: .seconds(1)) { _, _ in Some.page([]) }
        let result = await zoom.read(try Self.targets(30)) { _ throws(JournalError) in throw .illegal("no room") }
        #expect(result.ending.isJournalFailed)
        #expect(zoom.judged.count == 1)
    }
}

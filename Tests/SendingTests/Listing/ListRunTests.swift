import Decisions
import Foundation
import Journal
import Synchronization
import Testing
import ZoomSandbox

@testable import Sending
@testable import Zoom
@testable import ZoomModel

@Suite("Listing who is registered")
struct ListRunTests {
    private static let meeting = "84512093377"
    private static let evenings = ["1796666400000", "1797271200000"]

    /// What a run listed.
    private final class Catch: Sendable {
        private let state = Mutex((pages: [(RegistrantPage, RegistrantQuery)](), details: [MeetingDetails]()))

        var pages: [(page: RegistrantPage, query: RegistrantQuery)] { state.withLock { $0.pages } }
        var details: [MeetingDetails] { state.withLock { $0.details } }
        /// The ids by occurrence, in order.
        var ids: [String: [String]] {
            pages.reduce(into: [:]) { ids, next in
                ids[next.query.target.occurrence?.description ?? "", default: []] += next.page.registrants.map(\.id)
            }
        }

        func take(_ page: RegistrantPage, _ query: RegistrantQuery) {
            state.withLock { $0.pages.append((page, query)) }
        }
        func announce(_ details: MeetingDetails) { state.withLock { $0.details.append(details) } }
    }

    private func list(
        _ seed: Seed,
        _ targets: [Target],
        _ statuses: [RegistrantQuery.Status] = [.pending],
        hosts: [HostQuery] = [],
        change: (inout SandboxRun) -> Void = { _ in }
    ) async throws -> (result: ListRun.Result, caught: Catch, stats: SandboxStats) {
        var sandbox = SandboxRun()
        sandbox.sandbox.seed = seed
        change(&sandbox)
        return try await sandbox.open { world in
            let run = ListRun(
                journal: world.journal,
                zoom: world.client.base,
                options: world.plan.options,
                statuses: statuses,
                clock: world.clock,
                seed: 1
            )
            let caught = Catch()
            let result = await run(
                targets,
                hosts: hosts,
                announce: { target, details, _ in caught.announce(details) },
                take: caught.take
            )
            return (result, caught, world.server.stats)
        }
    }

    private func target(_ id: String = meeting, _ kind: Target.Kind = .meeting) throws -> Target {
        Target(kind: kind, id: try #require(MeetingID(id)))
    }

    @Test("reads page after page of the wanted list alone, with names and answers")
    func pages() async throws {
        var people = (0..<620).map { SeedRegistrant(id: "r\($0)", status: $0 % 2 == 0 ? .pending : .approved) }
        people[0].firstName = "Ada"
        people[0].answers = [SeedAnswer(title: "Why?", value: "Because")]
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people, topic: "Winter talks")])
        let (result, caught, stats) = try await list(seed, [target()])
        #expect(result.ending == .done && result.refused.isEmpty)
        #expect(caught.pages.map(\.page.registrants.count) == [300, 10])
        #expect(caught.ids == ["": (0..<310).map { "r\($0 * 2)" }])
        let first = try #require(caught.pages.first?.page.registrants.first).details
        #expect(first.firstName == "Ada" && first.registered == "2026-01-01T00:00:00Z")
        #expect(first.answers == [.init(question: "Why?", text: "Because", isOwn: true)])
        #expect(caught.details == [MeetingDetails(topic: "Winter talks")])
        #expect(stats.requests == 3)
    }

    @Test(
        "of a series, each occurrence has a list of its own only where people register for it",
        arguments: [1, 2, 3]
    )
    func series(type: Int) async throws {
        let people = [
            SeedRegistrant(id: "both"), SeedRegistrant(id: "first", occurrences: [Self.evenings[0]]),
            SeedRegistrant(id: "second", occurrences: [Self.evenings[1]]),
        ]
        let seed = Seed(meetings: [
            SeedMeeting(id: Self.meeting, occurrences: Self.evenings, registrants: people, registrationType: type)
        ])
        let (result, caught, _) = try await list(seed, [target()])
        #expect(result.ending == .done)
        #expect(
            caught.ids
                == (type == 1
                    ? ["": ["both", "first", "second"]]
                    : [Self.evenings[0]: ["both", "first"], Self.evenings[1]: ["both", "second"]])
        )
        #expect(caught.details.first?.occurrences.map(\.start) == ["2026-12-07T18:00:00Z", "2026-12-14T18:00:00Z"])
    }

    @Test("a meeting that Zoom refuses is named with the reason, and the others are listed")
    func refused() async throws {
        let one = SeedRegistrant(id: "r0")
        let seed = Seed(
            meetings: [
                SeedMeeting(id: Self.meeting, registrants: [one]),
                SeedMeeting(id: "68423085123", registration: false, registrants: [one]),
            ],
            webinars: [SeedMeeting(id: "91234567890", registrants: [one])]
        )
        let targets = [
            try target("999999999"), try target("68423085123"), try target(), try target("91234567890", .webinar),
        ]
        let (result, caught, _) = try await list(seed, targets)
        #expect(result.ending == .done)
        #expect(result.refused.map(\.subject) == targets.prefix(2).map { .target($0) })
        #expect(result.refused[1].reason.localizedStandardContains("registration"))
        #expect(
            caught.pages.map(\.query.target).sorted { $0.id.description < $1.id.description }
                == Array(targets.suffix(2))
        )
    }

    @Test("trouble on the way is waited out, for the meeting as for its lists")
    func trouble() async throws {
        let people = (0..<20).map { SeedRegistrant(id: "r\($0)") }
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
        for fault in [Fault.status(503, applied: false), .cut(applied: true), .status(429, applied: false)] {
            let (result, caught, _) = try await list(seed, [target()]) {
                $0.sandbox.faults = [FaultRule(fault, .every(2))]
            }
            #expect(result.ending == .done, "\(fault)")
            #expect(caught.ids == ["": people.map(\.id)], "\(fault)")
        }
    }

    @Test("nothing is listed without the scope, and a server that fails for good ends it")
    func ends() async throws {
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: [SeedRegistrant(id: "r0")])])
        let scopeless = try await list(seed, [target()]) {
            $0.credentials = .sandboxApp()
            $0.sandbox.app.scopes = ["meeting:read:list_registrants:admin"]
        }
        guard case .refused(let disposition) = scopeless.result.ending else {
            Issue.record("\(scopeless.result.ending)")
            return
        }
        #expect(disposition.explanation.contains("meeting:read:meeting:admin"))
        let failing = try await list(seed, [target()]) {
            $0.sandbox.faults = [FaultRule(.status(503, applied: false), .every(1))]
            $0.speed = 100
        }
        #expect(failing.result.ending != .done && failing.caught.pages.isEmpty)
    }

    @Test("is stopped at once where it waits, and asks for nothing more")
    func stopped() async throws {
        var sandbox = SandboxRun()
        sandbox.sandbox.isOpen = true
        try await sandbox.open { world in
            let stop = StopSwitch()
            stop.turnOn()
            let run = ListRun(
                journal: world.journal,
                zoom: world.client.base,
                options: world.plan.options,
                statuses: [.pending],
                clock: world.clock,
                stop: stop
            )
            let result = await run([try target()], announce: { _, _, _ in }, take: { _, _ in Issue.record("listed") })
            #expect(result.ending == .interrupted)
        }
    }

    @Test("pages count for the day like those of any other list, and a spent day is said")
    func day() async throws {
        let people = (0..<700).map { SeedRegistrant(id: "r\($0)") }
        let seed = Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
        let (result, _, _) = try await list(seed, [target()]) {
            $0.options = DispatchOptions(.free)
            $0.options.days.account = 2
        }
        guard case .workRemains(_, let due) = result.ending else {
            Issue.record("\(result.ending)")
            return
        }
        #expect(due != nil)
    }

    // MARK: Hosts

    private static let host = "ada@example.org"
    /// Evenings that are never over.
    private static let later = ["4102448400000", "4103053200000"]

    private static func person(_ id: String) -> [SeedRegistrant] { [SeedRegistrant(id: id)] }

    private func hosts(_ hosts: String..., kinds: [Target.Kind] = Target.Kind.allCases) -> [HostQuery] {
        hosts.flatMap { host in kinds.map { HostQuery(host: host, kind: $0) } }
    }

    private static let hosted = Seed(
        meetings: [
            SeedMeeting(id: meeting, registrants: person("a"), start: "2099-01-02T18:00:00Z", host: host),
            SeedMeeting(id: "111111111", registrants: person("old"), start: "2001-01-01T18:00:00Z", host: host),
            SeedMeeting(id: "222222222", registration: false, start: "2099-01-01T18:00:00Z", host: host),
            SeedMeeting(id: "333333333", occurrences: later, registrants: person("b"), registrationType: 2, host: host),
            SeedMeeting(id: "444444444", registrants: person("c"), host: "bea@example.org"),
        ],
        webinars: [
            SeedMeeting(id: "91234567890", registrants: person("d"), start: "2099-01-01T18:00:00Z", host: host)
        ]
    )

    @Test("a host's upcoming meetings and webinars are listed once each, as far as people register for them")
    func ofAHost() async throws {
        let named = [try target()]
        let (result, caught, _) = try await list(Self.hosted, named, hosts: hosts("Ada@example.org"))
        #expect(result.ending == .done && result.refused.isEmpty && result.withoutWebinars.isEmpty)
        #expect(result.withoutRegistration == 1)
        let ids = caught.pages.map { "\($0.query.target.id) \($0.query.target.occurrence?.description ?? "-")" }
        #expect(
            ids.sorted() == [
                "333333333 \(Self.later[0])", "333333333 \(Self.later[1])", "\(Self.meeting) -", "91234567890 -",
            ]
        )
        #expect(caught.details.count == 3)
    }

    @Test("a host whom Zoom does not know is named once, and the others are listed")
    func unknownHost() async throws {
        let (result, caught, _) = try await list(Self.hosted, [], hosts: hosts("no@example.org", "bea@example.org"))
        #expect(result.ending == .done)
        #expect(result.refused.map(\.subject) == [.host("no@example.org")])
        #expect(result.refused.first?.reason.hasPrefix("Zoom knows no user of this account with this address.") == true)
        #expect(caught.ids == ["": ["c"]])
    }

    @Test("without a licence for webinars, or a scope, a host's meetings are listed and the webinars' lack is said")
    func noWebinars() async throws {
        let (result, caught, _) = try await list(Self.hosted, [], hosts: hosts("bea@example.org"))
        #expect(result.ending == .done && result.refused.isEmpty && caught.ids == ["": ["c"]])
        #expect(result.withoutWebinars.map(\.host) == ["bea@example.org"])
        #expect(result.withoutWebinars.first?.reason.hasPrefix("This host has no webinar plan.") == true)
        let scopeless = try await list(Self.hosted, [], hosts: hosts(Self.host)) {
            $0.credentials = .sandboxApp()
            $0.sandbox.app.scopes.remove("webinar:read:list_webinars:admin")
        }
        #expect(scopeless.result.ending == .done && scopeless.result.refused.isEmpty)
        #expect(scopeless.caught.details.count == 2)
        #expect(scopeless.result.withoutWebinars.first?.reason.contains("webinar:read:list_webinars:admin") == true)
    }

    @Test("without the scope for a host's meetings nothing is listed")
    func noMeetings() async throws {
        let (result, caught, _) = try await list(Self.hosted, [], hosts: hosts(Self.host)) {
            $0.credentials = .sandboxApp()
            $0.sandbox.app.scopes.remove("meeting:read:list_meetings:admin")
        }
        guard case .refused(let disposition) = result.ending else {
            Issue.record("\(result.ending)")
            return
        }
        #expect(disposition.explanation.contains("meeting:read:list_meetings:admin") && caught.pages.isEmpty)
    }

    @Test("trouble on the way to a host's list is waited out, and its pages count for the day")
    func troubleOfAHost() async throws {
        for fault in [Fault.status(503, applied: false), .cut(applied: true), .status(429, applied: false)] {
            let (result, caught, _) = try await list(Self.hosted, [], hosts: hosts(Self.host)) {
                $0.sandbox.faults = [FaultRule(fault, .every(2))]
            }
            #expect(result.ending == .done && caught.details.count == 3, "\(fault)")
        }
        let (spent, caught, _) = try await list(Self.hosted, [], hosts: hosts(Self.host)) {
            $0.options.days.account = 1
        }
        guard case .workRemains(_, .some) = spent.ending else {
            Issue.record("\(spent.ending)")
            return
        }
        #expect(caught.pages.isEmpty)
    }

    @Test(
        "a host's 300 meetings with 40,000 people take no more than 5 % longer than the rate allows, without a 429",
        arguments: [SandboxPlan.pro, .business]
    )
    func speed(plan: SandboxPlan) async throws {
        // Most meetings have a page, some have many.
        let meetings = (0..<300).map { number in
            let people = (0..<(number % 30 == 0 ? 1_301 : 93)).map { SeedRegistrant(id: "\(number)-\($0)") }
            return SeedMeeting(id: "\(800_000_000 + number)", registrants: people, host: Self.host)
        }
        var rules = ZoomRules()
        rules.plan = plan
        rules.seed = Seed(meetings: meetings)
        let zoom = ModelZoom(rules, latency: .milliseconds(100))
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-speed-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let options = DispatchOptions(plan == .pro ? .pro : .business)
        let run = ListRun(
            journal: try Journal(path: directory.appending(path: "journal.db").path),
            zoom: zoom,
            options: options,
            statuses: [.pending],
            clock: zoom.time,
            seed: 1
        )
        let count = Mutex(0)
        let result = await withTaskExecutorPreference(zoom.time) {
            await run.read(
                [],
                hosts(Self.host),
                DailyBudget(options.days, spent: [:], by: nil),
                note: { _, _ in },
                announce: { _, _, _ in },
                take: { page, _ in count.withLock { $0 += page.registrants.count } }
            )
        }
        #expect(result.ending == .done && result.refused.isEmpty)
        #expect(count.withLock { $0 } == 39_980)
        // A page of meetings, the webinars' refusal, and the pages of registrants.
        #expect(zoom.counts == ModelZoom.Counts(medium: 2 + 10 * 5 + 290, light: 300, refused: 0))
        let ideal = Duration.seconds(zoom.counts.medium) / plan.perSecond
        #expect(zoom.time.elapsed() < ideal * 1.05, "\(zoom.time.elapsed()) against \(ideal)")
    }
}

/// Zoom itself as a value, on a made-up clock. Each answer takes a moment.
private final class ModelZoom: RegistrantLister, MeetingReader {
    struct Counts: Hashable {
        var medium = 0
        var light = 0
        /// For the rate.
        var refused = 0
    }

    let time = VirtualTime()
    private let latency: Duration
    private let state: Mutex<(world: ZoomWorld, counts: Counts)>

    var counts: Counts { state.withLock { $0.counts } }

    init(_ rules: ZoomRules, latency: Duration) {
        self.latency = latency
        state = Mutex((ZoomWorld(rules, now: Some.date.timeIntervalSince1970), Counts()))
    }

    private func answer<Value>(
        _ label: SandboxLabel,
        _ body: (inout ZoomWorld, Double) throws(ZoomAnswer) -> Value
    ) async -> Result<Value, ZoomAnswer> {
        try? await time.sleep(until: time.elapsed() + latency / 2)
        let now = time.date().timeIntervalSince1970
        let answer = state.withLock { state -> Result<Value, ZoomAnswer> in
            if label == .light { state.counts.light += 1 } else { state.counts.medium += 1 }
            if let refusal = state.world.limitRefusal(label, at: now) {
                state.counts.refused += 1
                return .failure(refusal)
            }
            do throws(ZoomAnswer) { return .success(try body(&state.world, now)) } catch { return .failure(error) }
        }
        try? await time.sleep(until: time.elapsed() + latency / 2)
        return answer
    }

    private static func refusal(_ answer: ZoomAnswer) -> SendResult {
        .answer(Answer(status: answer.status, code: answer.code, message: answer.message))
    }

    private static func key(_ target: Target) -> MeetingKey {
        MeetingKey(kind: target.kind == .meeting ? .meeting : .webinar, id: target.id.description)
    }

    func list(_ query: RegistrantQuery) async -> ListResult {
        let fields = [
            "status": query.status.rawValue, "page_size": "\(query.pageSize)", "next_page_token": query.pageToken ?? "",
        ]
        let result = await answer(.medium) { world, now throws(ZoomAnswer) in
            try world.list(Self.key(query.target), fields: fields, at: now)
        }
        switch result {
        case .success(let page):
            let people = page.registrants.map {
                ListedRegistrant(id: $0.id, email: $0.email, status: $0.status.rawValue)
            }
            let next = page.next_page_token.isEmpty ? nil : page.next_page_token
            return .page(RegistrantPage(registrants: people, nextPageToken: next), Answer(status: 200))
        case .failure(let refused): return .refused(Self.refusal(refused))
        }
    }

    func details(of target: Target) async -> DetailsResult {
        let result = await answer(.light) { world, _ throws(ZoomAnswer) in try world.details(Self.key(target)) }
        switch result {
        case .success: return .details(MeetingDetails(topic: ""), Answer(status: 200))
        case .failure(let refused): return .refused(Self.refusal(refused))
        }
    }

    func meetings(of query: HostQuery) async -> HostResult {
        let result = await answer(.medium) { world, now throws(ZoomAnswer) in
            try world.meetings(
                of: query.host,
                query.kind == .meeting ? .meeting : .webinar,
                fields: ["type": "upcoming", "page_size": "300", "next_page_token": query.pageToken ?? ""],
                at: now,
                time: ""
            )
        }
        switch result {
        case .success(let page):
            let targets = page.items.compactMap { MeetingID("\($0.id)") }.map { Target(kind: query.kind, id: $0) }
            let next = page.next_page_token.isEmpty ? nil : page.next_page_token
            return .page(HostPage(targets: targets, nextPageToken: next), Answer(status: 200))
        case .failure(let refused): return .refused(Self.refusal(refused))
        }
    }
}

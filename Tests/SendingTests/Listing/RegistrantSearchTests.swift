import Decisions
import Journal
import Testing
import Zoom

@testable import Sending

/// The loop with a made-up Zoom on a made-up clock.
@Suite("Looking for some registrants only")
struct RegistrantSearchTests {
    private typealias Way = RegistrantSearch.Way

    private static let noScope = Answer(
        status: 400,
        code: 4711,
        message: "Invalid access token, does not contain scopes."
    )
    private static let stale = Answer(status: 401, code: 124, message: "Invalid access token.")
    private static let missing = Answer(status: 404, code: 3001, message: "Meeting does not exist.")
    private static let nobody = Answer(status: 400, code: 3000, message: "Registrant x was not found.")

    private func search(
        _ ids: [Target: Set<String>],
        ways: Set<RegistrantSearch.Way> = Set(RegistrantSearch.Way.allCases)
    ) -> RegistrantSearch {
        RegistrantSearch(ways: [.meeting: ways, .webinar: []]) { ids[$0] ?? [] }
    }

    private static func ids(_ numbers: Range<Int>) -> Set<String> { Set(numbers.map { "r\($0)" }) }

    /// A page of a list that goes on, or of one registrant.
    private static func page(_ numbers: Range<Int> = 0..<0, of total: Int? = nil, next: String? = nil) -> ListResult {
        let people = numbers.map { ListedRegistrant(id: "r\($0)", email: "r\($0)@example.org", status: "") }
        return .page(RegistrantPage(registrants: people, nextPageToken: next, total: total), Answer(status: 200))
    }

    private static func person(_ query: RegistrantQuery) -> ListResult? {
        query.registrant.map { id in
            let person = ListedRegistrant(id: id, email: "\(id)@example.org", status: "approved")
            return .page(RegistrantPage(registrants: [person]), Answer(status: 200))
        }
    }

    // MARK: Fewest requests

    @Test(
        "each alone takes as many requests as there are, the lists as many as they have pages left",
        arguments: [
            (1, 3, Way.single), (3, 3, .single), (4, 3, .lists), (3, 169, .single), (168, 168, .single),
            (169, 168, .lists), (1, 1, .single), (2, 1, .lists),
        ] as [(Int, Int, RegistrantSearch.Way)]
    )
    func choice(count: Int, pages: Int, way: RegistrantSearch.Way) {
        #expect(RegistrantSearch.way(toFind: count, pagesLeft: pages, open: [.lists, .single]) == way)
        for only in Way.allCases {
            #expect(RegistrantSearch.way(toFind: count, pagesLeft: pages, open: [only]) == only)
        }
        #expect(RegistrantSearch.way(toFind: count, pagesLeft: pages, open: []) == nil)
        #expect(RegistrantSearch.way(toFind: 0, pagesLeft: pages, open: [.lists, .single]) == nil)
    }

    @Test(
        "where a day is limited, a page counts for three",
        arguments: [(9, RegistrantSearch.Way.single), (10, .lists)]
    )
    func limitedDay(count: Int, way: RegistrantSearch.Way) async throws {
        let open = Set(Way.allCases)
        #expect(RegistrantSearch.way(toFind: count, pagesLeft: 3, isDayLimited: true, open: open) == way)
        let target = try Some.target()
        let zoom = ListingHarness { query, _ in Self.person(query) ?? Self.page(0..<300) }
        _ = await zoom.read([target], DispatchOptions(.free), search: search([target: Self.ids(0..<count)]))
        #expect(zoom.asked.allSatisfy { ($0.registrant == nil) == (way == .lists) })
    }

    @Test("of 50,000 people three are asked for alone, and no list is read")
    func three() async throws {
        let target = try Some.target()
        let zoom = ListingHarness { query, _ in Self.person(query) ?? Self.page(0..<300, of: 50_000, next: "t") }
        let result = await zoom.read([target], search: search([target: Self.ids(40_000..<40_003)]))
        #expect(result.ending == .done && result.closed.isEmpty)
        #expect(zoom.asked.map(\.registrant) == ["r40000", "r40001", "r40002"])
        #expect(zoom.judged.map(\.directory.count) == [3])
        #expect(zoom.judged.first?.directory.entry(id: "r40001")?.email == "r40001@example.org")
    }

    @Test("how long a list is tells its first page; who is not on it is asked for alone where that takes fewer")
    func ten() async throws {
        let target = try Some.target()
        let zoom = ListingHarness { query, _ in Self.person(query) ?? Self.page(0..<300, of: 50_000, next: "t") }
        _ = await zoom.read([target], search: search([target: Self.ids(295..<305)]))
        #expect(zoom.asked.map(\.registrant) == [nil, "r300", "r301", "r302", "r303", "r304"])
        // Of the page only those are kept who were looked for.
        #expect(zoom.judged.map(\.directory.count) == [10])
    }

    @Test("a list is read no further than to the last of them")
    func early() async throws {
        let target = try Some.target()
        let zoom = ListingHarness { query, _ in Self.person(query) ?? Self.page(0..<250, of: 250) }
        _ = await zoom.read([target], search: search([target: Self.ids(0..<100)]))
        #expect(zoom.asked.map(\.status) == [.pending] && zoom.asked[0].registrant == nil)
        #expect(zoom.judged.map(\.directory.count) == [100])
    }

    @Test("whoever is in none of the lists is not asked for again")
    func absent() async throws {
        let target = try Some.target()
        let zoom = ListingHarness { query, _ in query.status == .approved ? Self.page(0..<2) : Self.page() }
        _ = await zoom.read([target], search: search([target: Self.ids(0..<9)]))
        #expect(zoom.asked.map(\.status) == [.pending, .approved, .denied])
        #expect(zoom.asked.allSatisfy { $0.registrant == nil })
        #expect(zoom.judged.map(\.directory.count) == [2])
    }

    @Test("a list that does not tell its length costs no more than twice the fewest requests")
    func unknownLength() async throws {
        let target = try Some.target()
        let zoom = ListingHarness { query, number in Self.person(query) ?? Self.page(next: "t\(number)") }
        _ = await zoom.read([target], search: search([target: Self.ids(0..<10)]))
        #expect(zoom.asked.count <= 20 && zoom.asked.count { $0.registrant != nil } == 10)
    }

    @Test("a target without anybody to find takes no request")
    func nobodyToFind() async throws {
        let zoom = ListingHarness { _, _ in Self.page() }
        let targets = [try Some.target(1), try Some.target(2)]
        let result = await zoom.read(targets, search: search([targets[1]: ["r1"]]))
        #expect(result.ending == .done && zoom.asked.map(\.target) == [targets[1]])
    }

    // MARK: Answers

    @Test("an id that Zoom does not know says nothing about the others", arguments: [nobody, Answer(status: 404)])
    func unknown(answer: Answer) async throws {
        let target = try Some.target()
        let zoom = ListingHarness { query, _ in
            query.registrant == "r1" ? .refused(.answer(answer)) : Self.person(query) ?? Self.page()
        }
        let result = await zoom.read([target], search: search([target: Self.ids(0..<3)]))
        #expect(result.ending == .done && zoom.closed.isEmpty && result.unread.isEmpty)
        #expect(zoom.asked.count == 3)
        #expect(zoom.judged.map(\.directory.count) == [2])
    }

    @Test("a meeting that Zoom refuses is passed over, and nothing of it is failed")
    func refusedMeeting() async throws {
        let targets = try (1...2).map { try Some.target($0) }
        let zoom = ListingHarness { query, _ in
            query.target == targets[0] ? .refused(.answer(Self.missing)) : Self.person(query) ?? Self.page()
        }
        let result = await zoom.read(targets, search: search([targets[0]: Self.ids(0..<9), targets[1]: ["r1"]]))
        #expect(result.ending == .done && zoom.closed.isEmpty && result.unread.isEmpty && result.closed.isEmpty)
        #expect(zoom.judged.map(\.target) == [targets[1]])
    }

    @Test(
        "a way that the token's scopes refuse is closed, and the other one is taken",
        arguments: [noScope, stale, Answer(status: 403)]
    )
    func oneWay(answer: Answer) async throws {
        let target = try Some.target()
        for (count, isSingle) in [(3, true), (9, false)] {
            let zoom = ListingHarness { query, _ in
                (query.registrant != nil) == isSingle
                    ? .refused(.answer(answer)) : Self.person(query) ?? Self.page(0..<9)
            }
            let result = await zoom.read([target], search: search([target: Self.ids(0..<count)]))
            #expect(result.ending == .done && result.closed.isEmpty)
            #expect(zoom.judged.map(\.directory.count) == [count])
        }
    }

    @Test("where both are refused nobody is judged, nothing ends, and the reason is kept; later meetings are not asked")
    func noWay() async throws {
        let targets = try (1...4).map { try Some.target($0) }
        let zoom = ListingHarness { _, _ in .refused(.answer(Self.noScope)) }
        var options = DispatchOptions(pace: .perSecond(20), days: DayLimits())
        options.width = 1
        let ids = Dictionary(uniqueKeysWithValues: targets.map { ($0, Set(["r1"])) })
        let result = await zoom.read(targets, options, search: search(ids))
        #expect(result.ending == .done && result.unread.isEmpty && zoom.closed.isEmpty && zoom.judged.isEmpty)
        #expect(result.closed[.meeting]??.explanation.contains("lacks a scope") == true)
        #expect(zoom.asked.count == 2)
    }

    @Test("ways that the scopes close are not tried", arguments: Way.allCases)
    func scopes(way: RegistrantSearch.Way) async throws {
        let target = try Some.target()
        var search = search([target: Self.ids(0..<5)])
        let use = way == .lists ? Scopes.Use.meetingLists : .meetingRegistrants
        search.close(beyond: Scopes(granted: [use.sufficient[0]]))
        #expect(search.ways == [.meeting: [way], .webinar: []])
        let zoom = ListingHarness { query, _ in Self.person(query) ?? Self.page(0..<5) }
        _ = await zoom.read([target], search: search)
        #expect(zoom.asked.allSatisfy { ($0.registrant == nil) == (way == .lists) })
        #expect(zoom.judged.map(\.directory.count) == [5])
        var open = self.search([:])
        open.close(beyond: nil)
        #expect(open.ways[.meeting] == Set(Way.allCases), "unknown scopes close nothing")
    }

    @Test("without any scope nothing is asked, and it is told where somebody would have been looked for")
    func noScopes() async throws {
        let target = try Some.target()
        let zoom = ListingHarness { _, _ in Self.page() }
        for (ids, isTold) in [(["r1"] as Set<String>, true), ([], false)] {
            let result = await zoom.read([target], search: search([target: ids], ways: []))
            #expect(result.ending == .done && zoom.asked.isEmpty)
            #expect(result.closed.isEmpty != isTold)
        }
    }

    @Test("trouble with the server leaves the target to a later run, as for the lists")
    func trouble() async throws {
        let targets = try (1...2).map { try Some.target($0) }
        let zoom = ListingHarness { query, _ in
            query.target == targets[0] ? .refused(.answer(Answer(status: 503))) : Self.person(query) ?? Self.page()
        }
        let result = await zoom.read(targets, search: search([targets[0]: ["r1"], targets[1]: ["r2"]]))
        #expect(result.unread == [targets[0]] && zoom.judged.map(\.target) == [targets[1]])
    }

    @Test("a day that is spent defers whom nobody was looked for, and this run sends nothing to them any more")
    func daySpent() async throws {
        let targets = try (1...2).map { try Some.target($0) }
        let spent = Answer(
            status: 429,
            code: 429,
            message: "You have reached the maximum daily rate limit for this API.",
            rateLimitType: "Daily-limit"
        )
        let zoom = ListingHarness { query, number in
            number == 0 ? .refused(.answer(spent)) : Self.person(query) ?? Self.page()
        }
        var options = DispatchOptions(pace: .perSecond(20), days: DayLimits())
        options.width = 1
        let result = await zoom.read(targets, options, search: search([targets[0]: ["r1"], targets[1]: ["r2"]]))
        #expect(result.unread.isSuperset(of: targets) && Set(zoom.closed.map(\.target)) == Set(targets))
    }

    // MARK: Pace

    @Test("single registrants go at the rate of their own label, and do not spend the day of the lists")
    func light() async throws {
        let targets = try (1...60).map { try Some.target($0) }
        let zoom = ListingHarness { query, _ in Self.person(query) ?? Self.page() }
        var options = DispatchOptions(.pro)
        options.days = DayLimits(account: 0)
        let ids = Dictionary(uniqueKeysWithValues: targets.map { ($0, Set(["r1"])) })
        let result = await zoom.read(targets, options, search: search(ids))
        #expect(result.ending == .done && zoom.asked.count == 60)
        let last = try #require(zoom.askedAt.max())
        // Sixty at 30 a second; at the lists' 20 it would be three seconds.
        #expect(last > .seconds(1.8) && last < .seconds(2.2))
    }

    @Test("a rate that was set holds for both labels")
    func slow() async throws {
        let targets = try (1...5).map { try Some.target($0) }
        let zoom = ListingHarness { query, _ in Self.person(query) ?? Self.page() }
        var options = DispatchOptions(.pro)
        options.pace = .perSecond(2)
        let ids = Dictionary(uniqueKeysWithValues: targets.map { ($0, Set(["r1"])) })
        _ = await zoom.read(targets, options, search: search(ids))
        #expect(try #require(zoom.askedAt.max()) >= .seconds(2))
    }
}

import Decisions
import Foundation
import Synchronization
import Testing
import ZoomModel
import ZoomSandbox

@testable import Zoom

/// The lists of registrants, page by page, over real HTTP.
@Suite("Zoom's lists of registrants")
struct ListingContractTests {
    private func options(_ count: Int, kind: Target.Kind = .meeting, status: SandboxStatus = .approved)
        -> SandboxOptions
    {
        var options = SandboxOptions()
        options.limitsRate = false
        let people = (1...count).map { SeedRegistrant(id: "r\($0)", email: "R\($0)@example.org", status: status) }
        let meeting = SeedMeeting(id: Scene.meeting, registrants: people)
        options.seed = kind == .meeting ? Seed(meetings: [meeting]) : Seed(webinars: [meeting])
        return options
    }

    private func all(_ query: RegistrantQuery, from client: HTTPZoomClient) async throws -> [RegistrantPage] {
        var pages: [RegistrantPage] = []
        var query = query
        repeat {
            guard case .page(let page, let answer) = await client.list(query) else {
                throw RequestFailure(cause: .cut, detail: "no page")
            }
            #expect(answer.status == 200)
            pages.append(page)
            query.pageToken = page.nextPageToken
        } while query.pageToken != nil
        return pages
    }

    @Test("all pages together hold everybody once", arguments: Target.Kind.allCases)
    func pages(kind: Target.Kind) async throws {
        try await withSandbox(options(650, kind: kind)) { sandbox in
            let query = RegistrantQuery(target: try Some.target(kind), status: .approved)
            let pages = try await withClient(of: sandbox) { try await all(query, from: $0) }
            #expect(pages.map(\.registrants.count) == [300, 300, 50])
            #expect(Set(pages.flatMap(\.registrants).map(\.id)).count == 650)
            #expect(pages.allSatisfy { $0.total == 650 })
            #expect(pages.first?.registrants.first?.email == "R1@example.org")
        }
    }

    @Test("each status has its own list, and who was cancelled is in none", arguments: SandboxStatus.allCases)
    func statuses(status: SandboxStatus) async throws {
        try await withSandbox(options(3, status: status)) { sandbox in
            try await withClient(of: sandbox) { client in
                for wanted in RegistrantQuery.Status.allCases {
                    let pages = try await all(RegistrantQuery(target: try Some.target(), status: wanted), from: client)
                    #expect(pages.flatMap(\.registrants).count == (wanted.rawValue == status.rawValue ? 3 : 0))
                }
            }
        }
    }

    @Test("a page token is good for 15 minutes, and then refused about the meeting, not about a registrant")
    func expired() async throws {
        let offset = Mutex(0.0)
        let clock = SandboxClock(
            now: { Date().addingTimeInterval(offset.withLock { $0 }) },
            sleep: { try await Task.sleep(for: $0) }
        )
        try await withSandbox(options(301), clock: clock) { sandbox in
            try await withClient(of: sandbox) { client in
                var query = RegistrantQuery(target: try Some.target(), status: .approved)
                guard case .page(let page, _) = await client.list(query) else {
                    Issue.record("no first page")
                    return
                }
                query.pageToken = page.nextPageToken
                offset.withLock { $0 = 901 }
                guard case .refused(let reply) = await client.list(query) else {
                    Issue.record("a page token lived too long")
                    return
                }
                #expect(reply.status == 400)
                #expect(AnswerTable.disposition(for: reply, to: query).nextStep == .failTarget)
            }
        }
    }

    @Test("one registrant is a page of one, with the email as Zoom has it", arguments: Target.Kind.allCases)
    func one(kind: Target.Kind) async throws {
        try await withSandbox(options(3, kind: kind)) { sandbox in
            let query = try #require(RegistrantQuery(target: try Some.target(kind), registrant: "r2"))
            guard case .page(let page, let answer) = try await withClient(of: sandbox, { await $0.list(query) }) else {
                Issue.record("no registrant")
                return
            }
            #expect(answer.status == 200 && page.nextPageToken == nil)
            #expect(page.registrants == [ListedRegistrant(id: "r2", email: "R2@example.org", status: "approved")])
        }
    }

    @Test("an unknown id is about that registrant; an unknown meeting is not")
    func unknown() async throws {
        try await withSandbox(options(3)) { sandbox in
            try await withClient(of: sandbox) { client in
                let target = try Some.target()
                let other = Target(id: try #require(MeetingID("99999999999")))
                for (target, step) in [(target, Disposition.NextStep.failRegistrant), (other, .failTarget)] {
                    let query = try #require(RegistrantQuery(target: target, registrant: "nobody"))
                    guard case .refused(let reply) = await client.list(query) else {
                        Issue.record("somebody")
                        continue
                    }
                    #expect(AnswerTable.disposition(for: reply, to: query).nextStep == step)
                }
            }
        }
    }

    @Test(
        "an id that Zoom can't have made is never put into a path",
        arguments: ["..", ".", "a/b", "a b", "é", "", "a?b"]
    )
    func path(id: String) throws {
        #expect(RegistrantQuery(target: try Some.target(), registrant: id) == nil)
    }

    @Test("the path names the registrant, and the occurrence where there is one")
    func paths() throws {
        let query = try #require(RegistrantQuery(target: try Some.target(), registrant: "Ab-_9="))
        #expect(query.path.hasPrefix("/meetings/\(Scene.meeting)/registrants/Ab-_9"))
        #expect(!query.path.contains("status"))
        let target = Target(id: try #require(MeetingID("1")), occurrence: OccurrenceID("1796666400000"))
        let one = try #require(RegistrantQuery(target: target, registrant: "x"))
        #expect(one.path == "/meetings/1/registrants/x?occurrence_id=1796666400000")
    }

    @Test(
        "200 with anything but that registrant is nobody",
        arguments: [
            "", "{}", "[]", #"{"id":"other","email":"a@example.org"}"#, #"{"questions":[]}"#,
            #"{"code":3001,"message":"Meeting does not exist.","id":"r1"}"#,
        ]
    )
    func notThatOne(body: String) async throws {
        var options = SandboxOptions()
        options.seed = Seed(meetings: [SeedMeeting(id: Scene.meeting, answer: CannedAnswer(status: 200, body: body))])
        try await withSandbox(options) { sandbox in
            let query = try #require(RegistrantQuery(target: try Some.target(), registrant: "r1"))
            guard case .refused = try await withClient(of: sandbox, { await $0.list(query) }) else {
                Issue.record("taken for the registrant: \(body)")
                return
            }
        }
    }

    @Test("the token says its scopes, a token from elsewhere does not")
    func scopes() async throws {
        try await withSandbox(options(1)) { sandbox in
            let app = Credentials.serverToServer(
                accountID: "sandbox-account",
                clientID: "sandbox-client",
                clientSecret: Secret("sandbox-secret")
            )
            let granted = try await withClient(of: sandbox, credentials: app) { await $0.scopes() }
            let scopes = try #require(granted)
            #expect(Scopes.Use.allCases.allSatisfy(scopes.allow))
            #expect(try await withClient(of: sandbox) { await $0.scopes() } == nil)
        }
    }

    @Test("a page larger than the bound is refused, not half read")
    func tooLarge() async throws {
        try await withSandbox(options(300)) { sandbox in
            let query = RegistrantQuery(target: try Some.target(), status: .approved)
            let reply = try await withClient(of: sandbox, limits: .init(pageBytes: 2_000)) { await $0.list(query) }
            guard case .refused(.answer(let answer)) = reply else {
                Issue.record("half a page was taken for a whole one: \(reply)")
                return
            }
            #expect(answer.form == .tooLarge)
            #expect(AnswerTable.disposition(for: .answer(answer), to: query).nextStep == .retry(nil))
        }
    }

    @Test(
        "200 with anything but a page is no empty list",
        arguments: [
            "", "{}", #"{"registrants":null}"#, #"{"registrants":"none"}"#, "[]", #"{"registrants":[{"id":7}]}"#,
        ]
    )
    func noPage(body: String) async throws {
        var options = SandboxOptions()
        options.seed = Seed(meetings: [SeedMeeting(id: Scene.meeting, answer: CannedAnswer(status: 200, body: body))])
        try await withSandbox(options) { sandbox in
            let query = RegistrantQuery(target: try Some.target(), status: .approved)
            let reply = try await withClient(of: sandbox) { await $0.list(query) }
            guard case .refused(let refused) = reply else {
                Issue.record("taken for a page: \(body)")
                return
            }
            #expect(AnswerTable.disposition(for: refused, to: query).nextStep == .retry(nil))
        }
    }

    // MARK: A host's meetings

    private static let host = "Ada+events@example.org"

    @Test("a host's upcoming meetings come page by page, a series once", arguments: Target.Kind.allCases)
    func hosts(kind: Target.Kind) async throws {
        var options = SandboxOptions()
        let evenings = ["4102448400000", "4103053200000"]
        let meetings = (0..<303).map { number in
            SeedMeeting(
                id: "\(800_000_000 + number)",
                occurrences: number == 1 ? evenings : nil,
                start: number == 0 ? "2001-01-01T18:00:00Z" : nil,
                host: Self.host.lowercased()
            )
        }
        options.seed = kind == .meeting ? Seed(meetings: meetings) : Seed(webinars: meetings)
        try await withSandbox(options) { sandbox in
            try await withClient(of: sandbox) { client in
                var query = HostQuery(account: "a", host: Self.host, kind: kind)
                guard case .page(let first, _) = await client.meetings(of: query) else {
                    Issue.record("no page")
                    return
                }
                // 303 entries: 302 meetings are not over, one of which is a series of two evenings.
                #expect(first.targets.count == 299 && first.nextPageToken != nil)
                let series = try #require(MeetingID("800000001"))
                #expect(first.targets.first == Target(account: "a", kind: kind, id: series))
                query.pageToken = first.nextPageToken
                guard case .page(let second, let answer) = await client.meetings(of: query) else {
                    Issue.record("no second page")
                    return
                }
                #expect(second.targets.count == 3 && second.nextPageToken == nil && answer.status == 200)
            }
        }
    }

    @Test("a host whom Zoom does not know, and one without webinars, are refused for what they are")
    func refusedHosts() async throws {
        var options = SandboxOptions()
        options.seed = Seed(meetings: [SeedMeeting(id: Scene.meeting, host: "ada@example.org")])
        try await withSandbox(options) { sandbox in
            try await withClient(of: sandbox) { client in
                for (host, kind, words) in [
                    ("bea@example.org", Target.Kind.meeting, "no user"),
                    ("ada@example.org", .webinar, "no webinar plan"),
                ] {
                    let query = HostQuery(host: host, kind: kind)
                    guard case .refused(let reply) = await client.meetings(of: query) else {
                        Issue.record("\(host) was listed")
                        continue
                    }
                    let disposition = AnswerTable.disposition(for: reply, to: query)
                    #expect(disposition.nextStep == .failTarget && disposition.explanation.contains(words))
                }
            }
        }
    }

    @Test("the path holds the host's address, encoded")
    func hostPath() {
        var query = HostQuery(host: Self.host, kind: .webinar)
        #expect(query.path == "/users/Ada%2Bevents%40example.org/webinars?type=upcoming&page_size=300")
        query.pageToken = "a=b"
        #expect(query.path.hasSuffix("&page_size=300&next_page_token=a%3Db"))
    }

    @Test(
        "200 with anything but a host's list is no host without meetings",
        arguments: ["", "{}", #"{"webinars":[]}"#, #"{"meetings":[{"id":true}]}"#, #"{"code":1001,"meetings":[]}"#]
    )
    func noHostPage(body: String) async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        try await RawServer.run(answering: Array((head + body).utf8)) { server in
            let configuration = HTTPZoomClient.Configuration(
                version: "0-test",
                baseURL: try BaseURL("http://127.0.0.1:\(server.port)/v2")
            )
            let client = HTTPZoomClient(configuration, credentials: .token(Secret("sandbox-token")))
            let result = await client.meetings(of: HostQuery(host: "ada@example.org", kind: .meeting))
            await client.shutdown()
            guard case .refused = result else {
                Issue.record("taken for a page: \(body)")
                return
            }
        }
    }
}

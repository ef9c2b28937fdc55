import Testing

@testable import ZoomModel
@testable import ZoomSandbox

@Suite("What the sandbox answers")
struct WorldTests {
    private static let now = 1_796_040_000.0

    private func world(_ change: (inout ZoomRules) -> Void = { _ in }) -> ZoomWorld {
        var rules = ZoomRules()
        let people = [
            SeedRegistrant(id: "a", email: "a@example.org"),
            SeedRegistrant(id: "b", email: "b@example.org", invalid: true),
            SeedRegistrant(id: "c", email: "c@example.org"),
        ]
        rules.seed = Seed(
            meetings: [SeedMeeting(id: "1", registrants: people)],
            webinars: [SeedMeeting(id: "1", registrants: people)]
        )
        change(&rules)
        return ZoomWorld(rules, now: Self.now)
    }

    private func update(
        _ world: inout ZoomWorld,
        _ registrants: NamedRegistrant...,
        kind: SandboxKind = .meeting,
        action: String = "approve",
        occurrence: String? = nil,
        at now: Double = now
    ) -> (status: Int, code: Int?, applied: [String]) {
        let key = MeetingKey(kind: kind, id: "1")
        let result = world.update(key, occurrence: occurrence, action: action, registrants: registrants, at: now)
        return (result.answer.status, result.answer.code, result.applied)
    }

    private func status(_ world: ZoomWorld, _ id: String, occurrence: String? = nil) -> SandboxStatus? {
        world.status(of: NamedRegistrant(id: id), in: MeetingKey(kind: .meeting, id: "1"), occurrence: occurrence)
    }

    @Test("a refused batch changes nobody, unless the sandbox was told to do it in part", arguments: [false, true])
    func inPart(inPart: Bool) {
        var world = world { $0.appliesInPart = inPart }
        let result = update(&world, NamedRegistrant(id: "a"), NamedRegistrant(id: "zz"), NamedRegistrant(id: "c"))
        #expect(result.status == 404 && result.code == nil)
        #expect(result.applied == (inPart ? ["a"] : []))
        #expect(status(world, "a") == (inPart ? .approved : .pending))
        #expect(status(world, "c") == .pending)
    }

    @Test("a registrant with a bad field is refused with 300, not with 404")
    func invalid() {
        var world = world()
        let result = update(&world, NamedRegistrant(id: "a"), NamedRegistrant(id: "b"))
        #expect(result.status == 400 && result.code == 300)
    }

    @Test("an id decides alone: a wrong one is not made good by a right email")
    func wrongID() {
        var world = world()
        #expect(update(&world, NamedRegistrant(id: "zz", email: "a@example.org")).status == 404)
        #expect(update(&world, NamedRegistrant(email: "A@Example.org")).applied == ["A@Example.org"])
    }

    @Test("the eleventh change of a registrant on a day is refused, and the first of the next day is not")
    func registrantDay() {
        var world = world()
        for _ in 0..<10 { #expect(update(&world, NamedRegistrant(id: "a")).status == 204) }
        #expect(update(&world, NamedRegistrant(id: "a"), NamedRegistrant(id: "c")).status == 429)
        #expect(update(&world, NamedRegistrant(id: "c")).status == 204)
        #expect(update(&world, NamedRegistrant(id: "a"), at: Self.now + 86_400).status == 204)
    }

    @Test("the eleventh request to a webinar on a day is refused, whomever it names; to a meeting it is not")
    func webinarDay() {
        var world = world { $0.perRegistrantAndDay = nil }
        for _ in 0..<10 { #expect(update(&world, NamedRegistrant(id: "a"), kind: .webinar).status == 204) }
        #expect(update(&world, NamedRegistrant(id: "c"), kind: .webinar).status == 429)
        for _ in 0..<12 { #expect(update(&world, NamedRegistrant(id: "a")).status == 204) }
    }

    @Test("an occurrence's status is its own")
    func occurrence() {
        var world = world()
        _ = update(&world, NamedRegistrant(id: "a"), action: "deny", occurrence: "x")
        #expect(status(world, "a") == .pending)
        #expect(status(world, "a", occurrence: "x") == .denied)
        #expect(status(world, "a", occurrence: "y") == .pending)
    }

    @Test("who is cancelled is denied then, or in no list", arguments: [SandboxStatus.denied, .cancelled])
    func cancelled(_ status: SandboxStatus) throws {
        var world = world { if status == .cancelled { $0.cancelled = status } }
        #expect(update(&world, NamedRegistrant(id: "a"), action: "cancel").status == 204)
        #expect(self.status(world, "a") == status)
        let denied = try world.list(MeetingKey(kind: .meeting, id: "1"), fields: ["status": "denied"], at: Self.now)
        #expect(denied.registrants.map(\.email) == (status == .denied ? ["a@example.org"] : []))
    }

    @Test("one registrant is found by id, with the status of the occurrence; nobody is made up")
    func one() throws {
        for isOpen in [false, true] {
            var world = world { $0.isOpen = isOpen }
            let key = MeetingKey(kind: .meeting, id: "1")
            _ = update(&world, NamedRegistrant(id: "a"), action: "deny", occurrence: "x")
            #expect(try world.registrant("a", in: key, occurrence: nil).status == .pending)
            let person = try world.registrant("a", in: key, occurrence: "x")
            #expect(person.email == "a@example.org" && person.status == .denied)
            #expect(throws: ZoomAnswer.self) { try world.registrant("zz", in: key, occurrence: nil) }
            #expect(throws: ZoomAnswer.self) {
                try world.registrant("a", in: MeetingKey(kind: .meeting, id: "2"), occurrence: nil)
            }
        }
    }

    @Test("each label has a rate and a day of its own")
    func labels() {
        var world = world { $0.plan = .free }
        for label in SandboxLabel.allCases {
            let passed = (0..<9).count { _ in world.limitRefusal(label, at: Self.now) == nil }
            #expect(passed == (label == .light ? 4 : 2))
        }
        world.rules.limitsRate = false
        let passed = (0..<9_000).count { _ in world.limitRefusal(.light, at: Self.now) == nil }
        #expect(passed == 6_000 - 4)
    }

    @Test("an unknown action, an empty list and a registrant without a name are refused", arguments: [0, 1, 2])
    func refused(way: Int) {
        var world = world()
        let result =
            switch way {
            case 0: update(&world, NamedRegistrant(id: "a"), action: "aprove")
            case 1: update(&world)
            default: update(&world, NamedRegistrant())
            }
        #expect(result.status == 400 && result.code == 300)
    }

    @Test("a token lives as long as it was said, and a newer one can end it")
    func tokens() {
        var options = SandboxOptions()
        options.keepsOneToken = true
        var desk = TokenIssuer(options)
        let form = TokenForm(
            fields: ["grant_type": "account_credentials", "account_id": "sandbox-account"],
            authorization: "Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQ="
        )
        let first = desk.give(form, at: 0)
        #expect(first.status == 200)
        #expect(desk.count == 1)
        #expect(desk.scopes(of: "sandbox-token", at: 1e9) != nil)
        #expect(desk.scopes(of: "made-up", at: 0) == nil)
        let wrong = TokenForm(fields: ["grant_type": "account_credentials"], authorization: "Basic eA==")
        #expect(desk.give(wrong, at: 0).status == 401)
    }
}

import Decisions
import Journal
import Testing
import Zoom

@testable import Sending

@Suite("Comparing decisions with Zoom's lists before they are sent")
struct PreflightTests {
    private func finding(_ roll: RegistrantDirectory, _ decision: OpenDecision) -> PreflightFinding.Kind? {
        Preflight(roll).findings(about: [decision]).first?.kind
    }

    private let roll = Some.roll(
        ("A1", "ann@example.org", .pending),
        ("B2", "bob@example.org", .approved),
        ("C3", "cem@example.org", .denied)
    )

    @Test("a row with an email alone learns the id")
    func learns() throws {
        #expect(finding(roll, try Some.decision(email: "Ann@Example.org")) == .learned(id: "A1"))
    }

    @Test("a row that names the id, or both, is sent as it is")
    func asItIs() throws {
        #expect(finding(roll, try Some.decision(id: "A1")) == nil)
        #expect(finding(roll, try Some.decision(id: "A1", email: "ANN@example.org")) == nil)
    }

    @Test(
        "who is in the wanted state already is skipped, however the row names them",
        arguments: [(Action.approve, "B2", "bob@example.org"), (.deny, "C3", "cem@example.org")]
    )
    func already(action: Action, id: String, email: String) throws {
        for decision in [
            try Some.decision(1, action, id: id), try Some.decision(1, action, email: email),
            try Some.decision(1, action, id: id, email: email),
        ] {
            guard case .alreadySo(let reason) = finding(roll, decision) else {
                Issue.record("would be sent once more: \(decision)")
                return
            }
            #expect(reason.contains(action == .approve ? "approved" : "denied"))
            #expect(!reason.contains("lost"))
        }
    }

    @Test("where a request of the row was sent before, the reason says so")
    func alreadyBySelf() throws {
        guard case .alreadySo(let reason) = finding(roll, try Some.decision(id: "B2", wasSent: true)) else {
            Issue.record("would be sent once more")
            return
        }
        #expect(reason.contains("answer was lost"))
    }

    @Test("who waits or is let in is not cancelled yet", arguments: ["A1", "B2"])
    func cancels(id: String) throws {
        #expect(finding(roll, try Some.decision(1, .cancel, id: id)) == nil)
    }

    @Test("who is listed as denied counts as cancelled already, however the row names them")
    func cancelledIsDenied() throws {
        let twins = Some.roll(("C3", "cem@example.org", .denied), ("C4", "cem@example.org", .denied))
        for (roll, decision) in [
            (roll, try Some.decision(1, .cancel, id: "C3")),
            (roll, try Some.decision(1, .cancel, email: "cem@example.org")),
            (twins, try Some.decision(1, .cancel, email: "cem@example.org")),
        ] {
            guard case .alreadySo(let reason) = finding(roll, decision) else {
                Issue.record("would be cancelled night after night: \(decision)")
                return
            }
            #expect(reason.contains("as denied already, as it does after a cancellation"))
        }
    }

    @Test("an id that Zoom knows under another email is never sent")
    func otherEmail() throws {
        guard case .mismatched(let reason) = finding(roll, try Some.decision(id: "A1", email: "bob@example.org")) else {
            Issue.record("a mix of two registrants would be sent")
            return
        }
        #expect(reason.contains("another email") && !reason.contains("ann@"))
    }

    @Test("an email that Zoom knows under another id is never sent")
    func otherID() throws {
        guard case .mismatched = finding(roll, try Some.decision(id: "Z9", email: "ann@example.org")) else {
            Issue.record("a wrong id would be sent, which spoils a right email")
            return
        }
    }

    @Test("an id that Zoom has under another address is found out, and nothing else of it")
    func mismatches() throws {
        var roll = roll
        roll.add(ListedRegistrant(id: "N0", email: "", status: "pending"), in: .pending)
        let rows = [
            try Some.decision(1, id: "A1", email: "bob@example.org"),
            try Some.decision(2, id: "A1", email: "ANN@example.org"),
            // Neither an unknown id, nor one without an address, nor one of the two alone tells of two people.
            try Some.decision(3, id: "Z9", email: "ann@example.org"),
            try Some.decision(4, id: "N0", email: "nan@example.org"),
            try Some.decision(5, id: "B2"), try Some.decision(6, email: "bob@example.org"),
            // Nor does a status, or that another row decides otherwise.
            try Some.decision(7, .deny, id: "B2", email: "bob@example.org"),
            try Some.decision(8, .deny, id: "C3", email: "cem@example.org"),
            try Some.decision(9, .cancel, id: "C3", email: "bob@example.org"),
        ]
        let findings = Preflight(roll).mismatches(among: rows)
        #expect(findings.map(\.decision) == [1, 9])
        guard case .mismatched(let reason) = findings.first?.kind else {
            Issue.record("would be sent")
            return
        }
        #expect(reason.contains("two different people's") && reason.contains("another email"))
    }

    @Test("who is in none of the lists is failed without being sent", arguments: Action.allCases)
    func missing(action: Action) throws {
        for decision in [
            try Some.decision(1, action, id: "Z9"), try Some.decision(1, action, email: "zed@example.org"),
            try Some.decision(1, action, id: "Z9", email: "zed@example.org"),
        ] {
            guard case .notRegistered = finding(roll, decision) else {
                Issue.record("would be sent: \(decision)")
                return
            }
        }
    }

    @Test("a missing one whom the journal knows to have been registered counts as cancelled already")
    func cancelled() throws {
        guard case .alreadySo(let reason) = finding(roll, try Some.decision(1, .cancel, id: "Z9", wasKnown: true))
        else {
            Issue.record("would be sent or failed")
            return
        }
        #expect(reason.contains("cancelled"))
        guard case .notRegistered = finding(roll, try Some.decision(1, .approve, id: "Z9", wasKnown: true)) else {
            Issue.record("an approval of someone who is not listed would be sent")
            return
        }
    }

    @Test("an unknown status skips nobody")
    func unclear() throws {
        let roll = Some.roll(("A1", "ann@example.org", .pending), ("A1", "ann@example.org", .approved))
        #expect(finding(roll, try Some.decision(id: "A1")) == nil)
        #expect(finding(roll, try Some.decision(email: "ann@example.org")) == .learned(id: "A1"))
    }

    @Test("an email of several registrants is sent as it is, unless all of them are in the wanted state")
    func several() throws {
        let mixed = Some.roll(("A1", "ann@example.org", .pending), ("A2", "ann@example.org", .approved))
        #expect(finding(mixed, try Some.decision(email: "ann@example.org")) == nil)
        let alike = Some.roll(("A1", "ann@example.org", .approved), ("A2", "ann@example.org", .approved))
        guard case .alreadySo = finding(alike, try Some.decision(email: "ann@example.org")) else {
            Issue.record("would be sent once more")
            return
        }
        // The row names one of the two.
        #expect(finding(mixed, try Some.decision(id: "A1", email: "ann@example.org")) == nil)
    }

    @Test("two rows that name one registrant in two ways and disagree are both failed")
    func contradiction() throws {
        let decisions = [
            try Some.decision(1, .approve, email: "ann@example.org"), try Some.decision(2, .deny, id: "A1"),
            try Some.decision(3, .approve, id: "B2"),
        ]
        let findings = Preflight(roll).findings(about: decisions)
        #expect(
            findings.prefix(2) == [
                PreflightFinding(1, .contradicted(by: 2)), PreflightFinding(2, .contradicted(by: 1)),
            ]
        )
    }

    @Test("that one row's wish is fulfilled already does not make the other one right")
    func contradictionAlready() throws {
        let decisions = [
            try Some.decision(1, .approve, email: "bob@example.org"), try Some.decision(2, .deny, id: "B2"),
        ]
        let findings = Preflight(roll).findings(about: decisions)
        #expect(findings == [PreflightFinding(1, .contradicted(by: 2)), PreflightFinding(2, .contradicted(by: 1))])
    }

    @Test("of two jobs the later one decides about a registrant whom they name in two ways")
    func laterJob() throws {
        let decisions = [
            try Some.decision(1, .approve, email: "ann@example.org", job: 1),
            try Some.decision(2, .deny, id: "A1", job: 2),
        ]
        #expect(Preflight(roll).findings(about: decisions) == [PreflightFinding(1, .superseded(by: 2))])
    }

    @Test("two rows that name one registrant in two ways and agree are sent once")
    func agreement() throws {
        let decisions = [
            try Some.decision(1, .approve, id: "A1"), try Some.decision(2, .approve, email: "ann@example.org"),
        ]
        let findings = Preflight(roll).findings(about: decisions)
        #expect(findings == [PreflightFinding(1, .superseded(by: 2)), PreflightFinding(2, .learned(id: "A1"))])
    }

    @Test("the lists are read once more when somebody is missing or does not fit, and not otherwise")
    func again() throws {
        let preflight = Preflight(roll)
        #expect(!preflight.misses(anyOf: [try Some.decision(id: "A1"), try Some.decision(email: "bob@example.org")]))
        #expect(preflight.misses(anyOf: [try Some.decision(id: "A1"), try Some.decision(id: "Z9")]))
        #expect(preflight.misses(anyOf: [try Some.decision(id: "Z9", email: "ann@example.org")]))
        #expect(!preflight.misses(anyOf: []))
    }
}

import Decisions
import Journal
import Testing
import Zoom

@testable import Sending

@Suite("Comparing what was done with Zoom's lists")
struct VerificationTests {
    private static let roll = Some.roll(
        ("A1", "ann@example.org", .pending),
        ("B2", "bob@example.org", .approved),
        ("C3", "cem@example.org", .denied)
    )

    /// Whom the lists show as each action leaves them; `Z9` is in none of them.
    private static let right: [Action: Set<String>] = [.approve: ["B2"], .deny: ["C3"], .cancel: ["C3", "Z9"]]

    @Test("a registrant is where the action leaves one, or differs", arguments: Action.allCases)
    func differs(action: Action) throws {
        let target = try Some.target()
        for id in ["A1", "B2", "C3", "Z9"] {
            let claims = [
                AppliedDecision(row: 1, action: action, registrant: try #require(Registrant(id: id, email: nil)))
            ]
            var verification = Verification()
            verification.compare(claims, of: target, with: Self.roll)
            let isRight = Self.right[action]?.contains(id) == true
            #expect(verification.differences.isEmpty == isRight, "\(action) \(id)")
            #expect(Verification.isInDoubt(claims, roll: Self.roll) != isRight, "\(action) \(id)")
        }
    }

    @Test("an id that Zoom has under another address differs, whatever its status, and no second look can help")
    func otherEmail() throws {
        for (id, email, differs) in [
            ("B2", "ann@example.org", true), ("B2", "BOB@example.org", false), ("A1", "bob@example.org", true),
        ] {
            let registrant = try #require(Registrant(id: id, email: email))
            let claims = [AppliedDecision(row: 1, action: .approve, registrant: registrant)]
            var verification = Verification()
            verification.compare(claims, of: try Some.target(), with: Self.roll)
            let listed = id == "B2" ? "bob@example.org" : "ann@example.org"
            #expect(verification.differences.map(\.found) == (differs ? [.otherEmail(listed)] : []))
            #expect(!Verification.isInDoubt(claims, roll: Self.roll))
        }
    }

    @Test("who is in two lists at once differs, whatever was done", arguments: Action.allCases)
    func unclear(action: Action) throws {
        let roll = Some.roll(("A1", "ann@example.org", .denied), ("A1", "ann@example.org", .approved))
        var verification = Verification()
        let registrant = try #require(Registrant(id: "A1", email: nil))
        verification.compare(
            [AppliedDecision(row: 1, action: action, registrant: registrant)],
            of: try Some.target(),
            with: roll
        )
        #expect(verification.differences.map(\.found) == [.unclear])
    }
}

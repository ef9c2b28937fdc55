import Decisions
import Foundation
import Journal
import Testing
import Zoom

@testable import Sending

extension DecisionID: ExpressibleByIntegerLiteral {
    public init(integerLiteral number: Int64) { self.init(rawValue: number) }
}

/// The same for the tests of lists.
extension Some {
    static func target(_ number: Int = 1, kind: Target.Kind = .meeting, occurrence: String? = nil) throws -> Target {
        Target(
            kind: kind,
            id: try #require(MeetingID("8512345\(1_000 + number)")),
            occurrence: try occurrence.map { try #require(OccurrenceID($0)) }
        )
    }

    static func roll(_ people: (id: String, email: String, status: RegistrantQuery.Status)...) -> RegistrantDirectory {
        var roll = RegistrantDirectory()
        for (id, email, status) in people {
            roll.add(ListedRegistrant(id: id, email: email, status: status.rawValue), in: status)
        }
        return roll
    }

    static func decision(
        _ number: DecisionID = 1,
        _ action: Action = .approve,
        id: String? = nil,
        email: String? = nil,
        job: Int64 = 1,
        wasSent: Bool = false,
        wasKnown: Bool = false
    ) throws -> OpenDecision {
        OpenDecision(
            id: number,
            job: JobID(rawValue: job),
            action: action,
            registrant: try #require(Registrant(id: id, email: email)),
            wasSent: wasSent,
            wasKnown: wasKnown
        )
    }

    static func page(_ ids: [String], next: String? = nil) -> ListResult {
        let people = ids.map { ListedRegistrant(id: $0, email: "\($0)@example.org", status: "") }
        return .page(RegistrantPage(registrants: people, nextPageToken: next), Answer(status: 200))
    }
}

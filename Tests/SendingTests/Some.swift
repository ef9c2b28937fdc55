// swift-format-ignore-file: NeverForceUnwrap
// Because: the texts are valid.

import Decisions
import Foundation
import Journal

@testable import Sending

/// Short words for the things that tests are about.
enum Some {
    static let date = Date(timeIntervalSince1970: 86_400 * 20_000 + 43_200)

    static func meeting(_ number: Int, kind: Target.Kind = .meeting, occurrence: String? = nil) -> Target {
        Target(
            kind: kind,
            id: MeetingID("8\(1_000_000_000 + number)")!,
            occurrence: occurrence.map { OccurrenceID($0)! }
        )
    }

    static func batch(
        _ number: Int64,
        of target: Target,
        size: Int = 1,
        action: Action = .approve,
        dueAt: Date? = nil,
        suspect: Bool = false
    ) -> OpenBatch {
        OpenBatch(
            id: BatchID(rawValue: number),
            job: JobID(rawValue: 1),
            target: target,
            action: action,
            size: size,
            rows: size,
            dueAt: dueAt,
            attempts: 0,
            suspect: suspect
        )
    }

    static func registrant(_ number: Int) -> Registrant { Registrant(id: "id\(number)", email: nil)! }
}

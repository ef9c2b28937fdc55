package import Decisions
package import FoundationEssentials
import SQLite

/// Registrants whose decision is on its way or has just been sent.
package struct DecidedRegistrants: Sendable {
    private var keys: Set<RegistrantKey> = []

    fileprivate mutating func add(_ registrant: Registrant, at target: Target) {
        let target = RegistrantKey.target(target)
        // Zoom goes by the id, and an address beside it may be another's.
        if let id = registrant.id {
            keys.insert(RegistrantKey(.id, id, of: target))
        } else if let email = registrant.email {
            keys.insert(RegistrantKey(.email, email, of: target))
        }
    }

    /// Whether a registrant that Zoom lists is one of them. A decision about a whole series is one about each occurrence.
    package func contains(id: String, email: String, of target: Target) -> Bool {
        guard !keys.isEmpty else { return false }
        return Set([target, target.whole]).contains { target in
            let target = RegistrantKey.target(target)
            return keys.contains(RegistrantKey(.id, id, of: target))
                || keys.contains(RegistrantKey(.email, email, of: target))
        }
    }
}

extension JournalReader {
    /// The registrants about whom a decision is still to be sent, or was applied by requests since a moment: Zoom's
    /// lists may not show the latter yet.
    package func decidedRegistrants(since date: Date) throws(JournalError) -> DecidedRegistrants {
        try guarded {
            let targets = TargetTable(connection)
            let named = try connection.statement(
                "select registrant, email from decision where id = :id and standing is null"
            )
            var decided = DecidedRegistrants()
            func add(_ batch: Row) throws {
                let target = try targets.target(batch.id("target"))
                for id in batch.withBytes("members", DecisionIDList.decode) ?? [] {
                    let registrant = try named.first(["id": id]) { row in
                        Registrant(id: row.optionalString("registrant"), email: row.optionalString("email"))
                    }
                    if let registrant { decided.add(registrant, at: target) }
                }
            }
            let open = "select target, members from batch where \(Schema.isOpen)"
            let applied = """
                select target, members from batch where state = 'applied'
                    and id in (select batch from attempt where started_at >= :since and batch is not null)
                """
            try connection.statement(open).forEach { try add($0) }
            try connection.statement(applied).forEach(["since": date.milliseconds]) { try add($0) }
            return decided
        }
    }
}

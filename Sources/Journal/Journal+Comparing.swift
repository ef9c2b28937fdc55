internal import Decisions
internal import SQLite

/// What a new decision means for older ones, and they for it.
extension Journal {
    /// Compares a new decision with what the journal holds about its registrant: older ones that are still open are
    /// withdrawn, because the newer one replaces them.
    ///
    /// - Parameter first: The first decision of the same job; those from it on were compared by the sheet itself.
    /// - Returns: The decision that was already applied and makes this one needless; nil where this one is to be sent.
    func compare(
        _ row: DecisionRow,
        target: Int64,
        action: Action,
        decision: Int64,
        first: Int64,
        reapply: Bool
    ) throws -> Int64? {
        guard
            let registrant = Registrant(
                id: String(decoding: row.registrant, as: UTF8.self),
                email: String(decoding: row.email, as: UTF8.self)
            )
        else { return nil }
        let earlier = try linkedDecisions(about: registrant, target: target, before: first)
        // Zoom may know one person twice, by two ids of one address: what was done for one id is not done for the other.
        // And of one id with two addresses, one is wrong.
        let own = earlier.first { $0.row.isAbout(registrant) && !$0.row.isAnother(than: registrant) }
        if !reapply, let (own, root) = own, root.action == action {
            let isApplied = root.standing == nil && root.state == .applied
            if isApplied || root.standing == .alreadySo,
                !earlier.contains(where: { Self.overrules($0, own, for: registrant, action) }),
                try !isOverruledElsewhere(own, for: registrant, target: target, action, before: first)
            {
                return root.id
            }
        }
        for (old, root) in earlier where root.standing == nil && (root.state == .pending || root.state == .deferred) {
            guard let batch = root.batch, Self.isReplaced(old, root, byAction: action, about: registrant) else {
                continue
            }
            // Several rows may have the same root; the second time nothing is left to withdraw.
            var record = try record(of: batch)
            try withdraw(
                [root.id],
                from: &record,
                as: .superseded,
                other: decision,
                reason: "replaced by \(place(of: decision, line: row.line))"
            )
        }
        return nil
    }

    /// Whether an open decision is replaced by a newer one. The same action for another id or email is sent beside it.
    static func isReplaced(
        _ old: DecisionRecord,
        _ root: DecisionRecord,
        byAction action: Action?,
        about registrant: Registrant
    ) -> Bool {
        !old.isSurelyAnother(than: registrant) && !(old.isAnother(than: registrant) && root.action == action)
    }

    /// Whether a decision that came after another one wanted something else for whom it may be about.
    private static func overrules(
        _ later: (row: DecisionRecord, root: DecisionRecord),
        _ own: DecisionRecord,
        for registrant: Registrant,
        _ action: Action
    ) -> Bool {
        later.row.id > own.id && later.root.action != action && !later.row.isSurelyAnother(than: registrant)
    }

    /// Whether something else was decided later about the same registrant for the whole series of an occurrence, or for an
    /// occurrence of a series: how far the one reaches into the other, only Zoom knows.
    private func isOverruledElsewhere(
        _ own: DecisionRecord,
        for registrant: Registrant,
        target: Int64,
        _ action: Action,
        before first: Int64
    ) throws -> Bool {
        try targets.related(to: target, in: connection).contains { other in
            try linkedDecisions(about: registrant, target: other, before: first)
                .contains { Self.overrules($0, own, for: registrant, action) }
        }
    }

    /// Withdraws what an earlier version of a spreadsheet decided, was not sent yet, and does not stand in it any more: its
    /// rows were deleted, or their action was, or they can't be sent as they are now.
    ///
    /// A list that names nobody of the earlier one is another list under an old name, and takes nothing back. Nor is
    /// anything taken back that stands in another file still.
    ///
    /// - Returns: How many rows were withdrawn.
    func withdrawDropped(from path: String, since job: JobID, first: Int64, rows: Int) throws -> Int {
        var earlier: [(job: JobID, first: Int64, end: Int64)] = []
        try connection.statement(
            """
            select id, first_decision, first_decision + rows from job
            where path = :path and id < :job and pending + deferred > 0 and not exists (
                select 1 from sighting where sighting.path <> :path and digest = substr(job.digest, 1, 32)
            )
            """
        ).forEach(path, job.rawValue) { row in
            earlier.append((JobID(rawValue: row.int64(0)), row.int64(1), row.int64(2)))
        }
        var withdrawn = 0
        for (old, start, end) in earlier where try sharesNames(start..<end, with: first..<first + Int64(rows)) {
            for var record in try batches(of: old, in: .pending) + batches(of: old, in: .deferred) {
                let tried = record.attempts > 0 ? "; Zoom confirmed no earlier request for it" : ""
                withdrawn += record.rows
                try withdraw(
                    Set(record.members),
                    from: &record,
                    as: .superseded,
                    other: nil,
                    reason: "not among the decisions of the spreadsheet any more since job \(job)\(tried)"
                )
            }
        }
        return withdrawn
    }

    private func sharesNames(_ one: Range<Int64>, with other: Range<Int64>) throws -> Bool {
        try ["email", "registrant"].contains { name in
            try connection.statement(
                """
                select 1 from decision where id >= :from and id < :to and \(name) in (
                    select \(name) from decision where id >= :first and id < :end and \(name) is not null
                ) limit 1
                """
            ).first(one.lowerBound, one.upperBound, other.lowerBound, other.upperBound) { _ in true } ?? false
        }
    }
}

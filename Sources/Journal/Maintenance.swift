package import FoundationEssentials
import Glibc
import SQLite

extension JournalReader {
    /// The number of faults after which the check stops.
    private static let mostFaults = 200

    /// Looks for faults: damage to the file, dangling references, counts that do not add up, unreadable rows, and
    /// batches whose members disagree with them.
    ///
    /// - Returns: A sentence for each fault; empty if there are none.
    /// - Throws: `JournalError` if the file can't be read at all.
    package func check() throws(JournalError) -> [String] {
        try guarded {
            var faults: [String] = []
            do {
                try connection.statement("pragma integrity_check").forEach { row in
                    let verdict = row.string("integrity_check")
                    if verdict != "ok" { faults.append("the file is damaged: \(verdict)") }
                }
                try connection.statement("pragma foreign_key_check").forEach { row in
                    guard faults.count < Self.mostFaults else { return }
                    let (place, missing) = (
                        "row \(row.int64("rowid")) of table \(row.string("table"))", row.string("parent")
                    )
                    faults.append("\(place) points to a missing \(missing)")
                }
                try connection.snapshot {
                    for job in try jobs() { try check(job, &faults) }
                    try checkBatches(&faults)
                }
            } catch let error as SQLiteError where !faults.isEmpty {
                // The faults already found say more than that the rest can't be read.
                faults.append("the rest can't be read: \(error.message)")
            }
            return faults
        }
    }

    /// Counts the journal's contents.
    package func census() throws(JournalError) -> JournalStatistics {
        try guarded {
            let census = try connection.statement(
                """
                select (select count(*) from job) as jobs, (select sum(rows) from job) as rows,
                    (select count(*) from batch) as batches, (select count(*) from attempt) as requests
                """
            ).first { row in
                JournalStatistics(
                    jobs: row.int("jobs"),
                    rows: row.int("rows"),
                    batches: row.int("batches"),
                    requests: row.int("requests")
                )
            }
            return census ?? JournalStatistics(jobs: 0, rows: 0, batches: 0, requests: 0)
        }
    }

    private func check(_ job: JobSummary, _ faults: inout [String]) throws {
        guard faults.count < Self.mostFaults else { return }
        do {
            var counted = Counts()
            if job.isPruned {
                counted = try recount(job)
            } else {
                // Reads each row back as a results file would.
                try forEachRow(of: job) { counted[$0.outcome] += 1 }
            }
            if counted != job.counts {
                faults.append("job \(job.id) says \(job.counts), but its rows say \(counted)")
            }
        } catch JournalError.inconsistent(_, let detail) {
            faults.append("job \(job.id): \(detail)")
        }
    }

    private func checkBatches(_ faults: inout [String]) throws {
        var held = 0
        let decision = try connection.statement("select batch, standing, copies from decision where id = :id")
        try connection.statement(
            "select id, size, rows, members, state, due_at from batch where state <> 'replaced' order by id"
        ).forEach { row in
            guard faults.count < Self.mostFaults else { return }
            let id: BatchID = row.id("id")
            guard let members = row.withBytes("members", DecisionIDList.decode), members.count == row.int("size") else {
                faults.append("the members of batch \(id) can't be read")
                return
            }
            held += members.count
            var rows = members.count
            for member in members {
                let found = try decision.first(["id": member]) { row in
                    (batch: row.id("batch") as BatchID, hasStanding: !row.isNull("standing"), copies: row.int("copies"))
                }
                guard let found, found.batch == id, !found.hasStanding else {
                    faults.append("decision \(member) does not know that it belongs to batch \(id)")
                    continue
                }
                rows += found.copies
            }
            let said = row.int("rows")
            if rows != said { faults.append("batch \(id) says it settles \(said) rows, but it settles \(rows)") }
            if row.string("state") == "deferred", row.isNull("due_at") {
                faults.append("batch \(id) waits, but for no time")
            }
        }
        // Every member names its batch, so equal counts mean that every decision is in the batch it names.
        let open = try connection.statement("select count(*) as open from decision where standing is null")
            .first { $0.int("open") }
        if let open, open != held, faults.isEmpty {
            faults.append("\(open) decisions are to be settled by a batch, but batches hold \(held)")
        }
    }
}

/// The size of a journal's contents.
package struct JournalStatistics: Sendable, Hashable {
    /// Spreadsheets.
    package let jobs: Int
    /// Their rows.
    package let rows: Int
    /// Batches, including replaced ones.
    package let batches: Int
    /// Requests sent.
    package let requests: Int
}

extension JournalReader {
    /// Copies the journal as of one moment, even while a run is writing to it. The copy is one file (0600), which is
    /// read through once before it gets its name; no other file is replaced.
    ///
    /// - Throws: `JournalError`; then there is no copy that could be mistaken for a complete one.
    package func backup(to destination: String) throws(JournalError) {
        // Fails now rather than after copying a large journal.
        guard !JournalFile.isDirectory(destination) else {
            throw .backup(path: destination, reason: "it is a directory. Name a file in it.")
        }
        guard !JournalFile.exists(destination) else {
            throw .backup(path: destination, reason: JournalFile.taken)
        }
        let temporary = "\(destination).\(getpid()).tmp"
        do {
            try JournalFile.makeEmpty(temporary)
            try connection.backup(to: temporary)
            let copy = try Connection(path: temporary, access: .immutable)
            let verdict = try copy.statement("pragma quick_check(1)").first { $0.string("quick_check") }
            guard verdict == "ok" else {
                throw JournalError.inconsistent(
                    path: path,
                    detail: "a copy of it is damaged (\(verdict ?? "unreadable"))"
                )
            }
            try JournalFile.publish(temporary, as: destination)
        } catch {
            JournalFile.remove(temporary)
            throw Self.failure(of: error, destination: destination, journal: path)
        }
    }

    private static func failure(of error: any Error, destination: String, journal: String) -> JournalError {
        switch error {
        // The advice on naming the journal does not apply to a copy.
        case JournalError.unusable(_, let reason):
            return .backup(path: destination, reason: reason.replacing(" with --journal", with: ""))
        // A damaged page is the journal's fault; everything else concerns the copy's location.
        case let error as SQLiteError where error.code.primary != .corrupt:
            let advice = error.code.primary == .full ? "Make room on that disk" : "Check that disk"
            return .backup(
                path: destination,
                reason: "\(error.message), SQLite code \(error.code.rawValue). \(advice), or name another place."
            )
        default: return JournalError(error, path: journal)
        }
    }
}

extension JournalReader {
    /// The jobs that `Journal.prune` would prune, oldest first.
    package func prunable(finishedBefore date: Date) throws(JournalError) -> [JobSummary] {
        try jobs().filter { $0.counts.open == 0 && !$0.isPruned && ($0.finishedAt.map { $0 < date } ?? false) }
    }
}

extension Journal {
    /// Removes the rows and requests of jobs finished before a date, but keeps the decisions about each registrant, so
    /// that later spreadsheets are still compared with them.
    ///
    /// - Returns: How many jobs were pruned.
    package func prune(finishedBefore date: Date) throws(JournalError) -> Int {
        try alone {
            let jobs: [JobID] = try connection.statement(
                "select id from job where finished_at < :date and not \(Schema.jobIsOpen) and width > 0"
            ).all(["date": date.milliseconds]) { $0.id("id") }
            for job in jobs {
                if let rows = try jobTable.span(of: job)?.decisions {
                    try connection.statement(
                        "delete from source where first_decision >= :first and first_decision < :end"
                    ).run(["first": rows.lowerBound, "end": rows.upperBound])
                }
                try connection.statement("delete from attempt where batch in (select id from batch where job = :job)")
                    .run(["job": job])
                // A width of 0 means that the rows are gone; the counts stay. The same spreadsheet would be a new job,
                // whose rows are then skipped one by one.
                try connection.statement("update job set width = 0, header = x'', notices = '' where id = :job")
                    .run(["job": job])
                try giveUpDigest(of: job)
            }
            jobTable.forget()
            try connection.statement("delete from attempt where batch is null and started_at < :date")
                .run(["date": date.milliseconds])
            return jobs.count
        }
    }
}

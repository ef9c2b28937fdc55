internal import SQLite

extension JournalReader {
    /// Looks for everything that must not be in a journal: damage to the file, rows that point nowhere, counts that do
    /// not add up, batches whose members say otherwise.
    ///
    /// - Returns: A sentence for each fault; none when all is well.
    /// - Throws: `JournalError` where the file can't be read at all.
    public func check() throws(JournalError) -> [String] {
        try guarded {
            var faults: [String] = []
            try connection.statement("pragma integrity_check").forEach { row in
                if row.string(0) != "ok" { faults.append("the file is damaged: \(row.string(0))") }
            }
            try connection.statement("pragma foreign_key_check").forEach { row in
                faults.append("row \(row.int64(1)) of table \(row.string(0)) points to a missing \(row.string(2))")
            }
            try connection.snapshot {
                for job in try jobs() {
                    do {
                        let counted = try recount(job)
                        if counted != job.counts {
                            faults.append("job \(job.id) says \(job.counts), but its rows say \(counted)")
                        }
                    } catch JournalError.inconsistent(_, let detail) {
                        faults.append("job \(job.id): \(detail)")
                    }
                }
                faults += try batchFaults()
            }
            return faults
        }
    }

    private func batchFaults() throws -> [String] {
        var faults: [String] = []
        let decision = try connection.statement("select batch, standing, copies from decision where id = :id")
        try connection.statement(
            "select id, size, rows, members from batch where state <> 'replaced' order by id"
        ).forEach { row in
            let id = row.int64(0)
            guard let members = row.withBytes(3, Members.decode), members.count == row.int(1) else {
                faults.append("the members of batch \(id) can't be read")
                return
            }
            var rows = members.count
            for member in members {
                let found = try decision.first(member) { row throws(SQLiteError) in
                    (batch: row.int64(0), standing: row.optionalString(1), copies: row.int(2))
                }
                guard let found, found.batch == id, found.standing == nil else {
                    faults.append("decision \(member) does not know that it belongs to batch \(id)")
                    continue
                }
                rows += found.copies
            }
            if rows != row.int(2) {
                faults.append("batch \(id) says it settles \(row.int(2)) rows, but it settles \(rows)")
            }
        }
        return faults
    }

    /// Copies the journal as it stands at one moment, also while a run is writing to it. The copy is 0600.
    ///
    /// - Throws: `JournalError`; then there is no copy that could be taken for a whole one.
    public func backup(to destination: String) throws(JournalError) {
        try JournalFile.makeEmpty(destination)
        do {
            try connection.backup(to: destination)
        } catch {
            JournalFile.remove(destination)
            throw JournalError(error, path: destination)
        }
    }
}

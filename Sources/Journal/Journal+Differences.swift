import SQLite

/// Rows that Zoom confirmed and whose registrants its lists showed otherwise afterwards. They stay applied, since that is
/// what Zoom answered; a note beside them says the rest, in every results file and report from then on.
extension Journal {
    /// Notes what Zoom's lists showed. Rows that merely repeat another one follow that one, and get no note of their own.
    ///
    /// - Parameter found: By the row's number, counted from 1: what follows "Zoom confirmed this, but".
    /// - Throws: `JournalError`; then nothing was noted.
    package func note(differences found: [Int: String], of job: JobID) throws(JournalError) {
        guard !found.isEmpty else { return }
        do {
            try alone {
                guard let first = try jobTable.span(of: job)?.decisions.lowerBound else {
                    throw JournalError.noSuchJob(job)
                }
                let update = try connection.statement(
                    """
                    update decision set reason =
                        iif(instr(reason, :mark) > 0, substr(reason, 1, instr(reason, :mark) - 1), coalesce(reason || '; ', ''))
                        || :mark || :text
                    where id = :id and standing is null
                    """
                )
                for (row, text) in found.sorted(by: { $0.key < $1.key }) {
                    try update.run(["mark": Reason.differenceMark, "text": text, "id": first + (row - 1)])
                }
            }
        } catch {
            throw JournalError(error, path: path)
        }
    }
}

extension JournalReader {
    /// The applied rows whose registrants Zoom's lists showed otherwise: how many, those that repeat one included, and the
    /// first of them in file order, each with what was found.
    ///
    /// - Throws: `JournalError`.
    package func differingRows(of job: JobSummary, limit: Int) throws(JournalError) -> (count: Int, rows: [PlacedRow]) {
        guard job.counts[.applied] > 0 else { return (0, []) }
        return try guarded {
            var count = 0
            var rows: [(DecisionID, String?)] = []
            try connection.statement(
                """
                select id, substr(reason, instr(reason, :mark)) as note, copies from decision
                where id >= :first and id < :end and standing is null and instr(reason, :mark) > 0 order by id
                """
            ).forEach(["mark": Reason.differenceMark, "first": job.firstDecision, "end": job.endDecision]) { row in
                count += 1 + row.int("copies")
                if rows.count < limit { rows.append((row.id("id"), row.optionalString("note"))) }
            }
            return (count, try placed(rows, of: job))
        }
    }
}

import SQLite

/// Naming rows as a person finds them in a spreadsheet.
extension Journal {
    /// Names the row of a decision: `line 3 of job 2 (guests.csv)`.
    ///
    /// - Parameter line: Its line, where the caller knows it; a row that is being added can't be read back yet.
    func place(of decision: Int64, line: Int? = nil) throws -> String {
        // A job without rows begins where the next one does.
        let place = try connection.statement(
            """
            select id, name, :decision - first_decision + 1 from job
            where first_decision <= :decision order by first_decision desc, id desc limit 1
            """
        ).first(decision) { row throws(SQLiteError) in
            (row: row.int(2), job: "job \(row.int(0)) (\(row.string(1)))")
        }
        guard let place else { return "a later decision" }
        if let line = try line ?? self.line(of: decision) { return "line \(line) of \(place.job)" }
        // Of a pruned job nobody knows the lines any more.
        return "row \(place.row) of \(place.job)"
    }

    /// Whoever asks about one row mostly asks about its neighbours next, so a whole chunk's lines are kept.
    private func line(of decision: Int64) throws -> Int? {
        func known() -> Int? {
            let place = Int(decision - knownLines.first)
            return knownLines.lines.indices.contains(place) ? knownLines.lines[place] : nil
        }
        if let line = known() { return line }
        knownLines = (0, [])
        try SourceChunk.forEachRow(around: decision, in: connection) { id, row in
            if knownLines.lines.isEmpty { knownLines.first = id }
            knownLines.lines.append(row.line)
        }
        return known()
    }
}

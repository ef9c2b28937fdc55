import SQLite
import Spreadsheet

/// Which decisions belong to which job, whether its spreadsheet is in force, and where a person finds them in it;
/// cached once read.
final class JobTable {
    private let connection: Connection
    private var known: [JobSpan]?
    /// Where consecutive decisions are in the spreadsheet, starting with `first`: the chunk last asked for.
    private var chunk: (first: DecisionID, places: [RowPlace]) = (.end, [])

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// Clears the cache. Call it when jobs were added, retired or renamed, or a transaction was undone.
    func forget() {
        known = nil
        chunk = (.end, [])
    }

    /// All jobs, oldest first.
    func spans() throws -> [JobSpan] {
        if let known { return known }
        // The rows of a job being added are counted once they are all there.
        let spans = try connection.statement(
            """
            select id, name, first_decision, retired_by, coalesce(lead(first_decision) over (order by id), :end) as next_job
            from job order by id
            """
        ).all(["end": DecisionID.end]) { row in
            JobSpan(
                job: row.id("id"),
                name: row.string("name"),
                decisions: row.id("first_decision")..<row.id("next_job"),
                isRetired: !row.isNull("retired_by")
            )
        }
        known = spans
        return spans
    }

    func span(of job: JobID) throws -> JobSpan? { try spans().first { $0.job == job } }

    func span(around decision: DecisionID) throws -> JobSpan? {
        let spans = try spans()
        var range = spans.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if spans[middle].decisions.contains(decision) { return spans[middle] }
            range =
                spans[middle].decisions.lowerBound > decision
                ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return nil
    }

    /// Whether a decision's spreadsheet is in force.
    func stands(_ decision: DecisionID) throws -> Bool { try span(around: decision)?.isRetired == false }

    func isSameJob(_ one: DecisionID, _ other: DecisionID) throws -> Bool {
        try span(around: one)?.job == span(around: other)?.job
    }

    /// Names the row of a decision: `row 3 of job 2 (guests.csv)`.
    ///
    /// - Parameter place: Its place, if the caller knows it; a row being added can't be read back yet.
    func place(of decision: DecisionID, place: RowPlace? = nil) throws -> String {
        guard let span = try span(around: decision) else { return "a later decision" }
        let job = "job \(span.job) (\(span.name))"
        if let place = try place ?? kept(of: decision) { return "\(place) of \(job)" }
        // Where the rows of a pruned job were is no longer known.
        return "row \(decision - span.decisions.lowerBound + 1) below the header of \(job)"
    }

    /// A request for one row is usually followed by its neighbours, so a whole chunk's places are kept.
    private func kept(of decision: DecisionID) throws -> RowPlace? {
        func known() -> RowPlace? {
            let place = decision - chunk.first
            return chunk.places.indices.contains(place) ? chunk.places[place] : nil
        }
        if let place = known() { return place }
        chunk = (.end, [])
        try KeptRows.forEachRow(around: decision, in: connection) { id, row in
            if chunk.places.isEmpty { chunk.first = id }
            chunk.places.append(row.place)
        }
        return known()
    }
}

/// The decisions of a job, which have consecutive ids.
struct JobSpan {
    let job: JobID
    /// The file's name.
    let name: String
    let decisions: Range<DecisionID>
    /// Whether a newer reading of the spreadsheet replaced it, so that it wants nothing any more.
    let isRetired: Bool
}

import FoundationEssentials
package import Journal

/// What happened, for those who read it the next morning. Made from the journal alone.
package struct Report: Sendable {
    /// What it is about, for its title.
    package let subject: String
    /// When it was made.
    let madeAt: Date
    /// What the journal knew then, spreadsheet by spreadsheet.
    package let jobs: Excerpted<JobReport>
    /// The rows of all its jobs.
    package let counts: Counts
    /// The runs that it covers, oldest first.
    package let runs: Excerpted<RunRecord>
    /// Whether a run was under way when this was made.
    let isUnderWay: Bool
    /// What it reports on.
    let matter: Matter
    /// The rows of the whole journal, where its own jobs have none; nil elsewhere.
    let elsewhere: Counts?
    /// What was sent, for the administrator; nil where nothing was.
    package let requests: RequestReport?

    /// Rows that a person must look at.
    var needingPerson: Int { counts.needingPerson + jobs.first.reduce(0) { $0 + $1.differing } }

    /// What a report is on.
    enum Matter: Sendable, Hashable {
        case job
        /// What runs did, of which the last one ended so; nil while it is under way, or where there was none.
        case runs(last: End?)
    }

    /// How a run ended.
    enum End: Sendable, Hashable {
        case noted(exitCode: Int)
        /// It was killed, or the machine was.
        case cutOff
    }
}

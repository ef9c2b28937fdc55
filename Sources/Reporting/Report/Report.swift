internal import FoundationEssentials
public import Journal

/// What happened, for those who read it the next morning. Made from the journal alone.
public struct Report: Sendable {
    /// What it is about, for its title.
    public let subject: String
    /// When it was made.
    let madeAt: Date
    /// What the journal knew then, spreadsheet by spreadsheet.
    public let jobs: Excerpted<JobReport>
    /// The rows of all its jobs.
    public let counts: Counts
    /// The runs that it covers, oldest first.
    public let runs: Excerpted<RunRecord>
    /// Whether a run was under way when this was made.
    let isUnderWay: Bool
    /// How the last of the runs ended, in a report on what runs did; nil in one on a job, and while a run is under way.
    let lastExitCode: Int?
    /// What was sent, for the administrator; nil where nothing was.
    public let requests: RequestReport?
}

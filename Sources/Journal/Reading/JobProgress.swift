/// How far a job is at this moment.
public struct JobProgress: Sendable, Hashable {
    /// The job.
    public let id: JobID
    /// The file's name as it was last given.
    public let name: String
    /// Its rows by outcome.
    public let counts: Counts

    /// Makes one.
    public init(id: JobID, name: String, counts: Counts) {
        self.id = id
        self.name = name
        self.counts = counts
    }
}

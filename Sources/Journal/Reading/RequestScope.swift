public import FoundationEssentials

/// Which requests a report is about: those since a moment, of one job or of all.
public struct RequestScope: Sendable, Hashable {
    /// The job; nil for all, and for lists that belong to none.
    public var job: JobID?
    /// Not before.
    public var since: Date

    /// Makes a scope.
    public init(job: JobID? = nil, since: Date) {
        self.job = job
        self.since = since
    }
}

public import FoundationEssentials

/// Which requests a report is about: those of a time, of one job or of all.
public struct RequestScope: Sendable, Hashable {
    /// The job; nil for all, and for lists that belong to none.
    public var job: JobID?
    /// Not before.
    public var since: Date
    /// Not after; nil has no end.
    public var until: Date?

    /// Makes a scope.
    public init(job: JobID? = nil, since: Date, until: Date? = nil) {
        self.job = job
        self.since = since
        self.until = until
    }
}

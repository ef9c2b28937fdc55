package import FoundationEssentials

/// Which requests a report is about: those of a time, of one job or of all.
package struct RequestScope: Sendable, Hashable {
    /// The job; nil for all, and for lists that belong to none.
    package var job: JobID?
    /// Not before.
    package var since: Date
    /// Not after; nil has no end.
    package var until: Date?

    package init(job: JobID? = nil, since: Date, until: Date? = nil) {
        self.job = job
        self.since = since
        self.until = until
    }
}

/// How far a job is at this moment.
package struct JobProgress: Sendable, Hashable {
    package let id: JobID
    /// The file's name as it was last given.
    package let name: String
    /// Its rows by outcome.
    package let counts: Counts

    package init(id: JobID, name: String, counts: Counts) {
        self.id = id
        self.name = name
        self.counts = counts
    }
}

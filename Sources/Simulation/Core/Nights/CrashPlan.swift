/// Where a night's run is killed.
struct CrashPlan: Sendable {
    enum Boundary: Sendable, CaseIterable {
        /// An intent is on disk and its request is about to leave.
        case beforeSending
        /// A request has left and was not answered.
        case afterSending
        /// An answer has come and is not on disk.
        case beforeCommit
        /// It is on disk, and nobody was told.
        case afterCommit
    }

    let boundary: Boundary
    /// The run passes the boundary so often unharmed.
    var passes: Int

    /// Whether the run dies at this boundary now.
    mutating func strikes(_ boundary: Boundary) -> Bool {
        guard boundary == self.boundary else { return false }
        passes -= 1
        return passes < 0
    }
}

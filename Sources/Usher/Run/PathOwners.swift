internal import Journal

/// Which job a spreadsheet's path stands for: an edited file is a new job, and only one of them may write the results file.
struct PathOwners {
    private var latest: [String: JobID] = [:]
    private var seen: [String: JobID] = [:]
    private var several: Set<String> = []

    /// - Parameters:
    ///   - jobs: All of the journal.
    ///   - seen: Where this run found which job's content; that decides, even where an older content came back.
    init(_ jobs: [JobSummary], seen: [JobID: [String]]) {
        for job in jobs {
            guard let path = job.path else { continue }
            if let other = latest.updateValue(job.id, forKey: path), other != job.id { several.insert(path) }
        }
        for (job, paths) in seen {
            for path in paths { self.seen[path] = job }
        }
    }

    /// Whether a job may write the results of a path.
    func owns(_ job: JobID, _ path: String) -> Bool { (seen[path] ?? latest[path] ?? job) == job }

    /// Whether the results file of a path may be another job's.
    func areSeveral(_ path: String) -> Bool { several.contains(path) }
}

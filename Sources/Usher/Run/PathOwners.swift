import Files
import Journal

/// Which job a spreadsheet's path stands for: an edited file is a new job, and only one of them may write the results file.
/// And which of several spreadsheets of one name comes first, where their results go into one directory.
struct PathOwners {
    private var latest: [PathKey: JobID] = [:]
    private var seen: [PathKey: JobID] = [:]
    private var several: Set<PathKey> = []
    private var oldest: [PathKey: JobID] = [:]
    /// The oldest job of each file name, whatever its directory.
    private var oldestByName: [PathKey: JobID] = [:]

    /// - Parameters:
    ///   - jobs: All of the journal.
    ///   - seen: Where this run found which job's content; that decides, even where an older content came back.
    init(_ jobs: [JobSummary], seen: [JobID: [String]]) {
        for job in jobs {
            note(job.id, at: job.path, name: job.name)
            guard let path = job.path.map(PathKey.init) else { continue }
            if let other = latest.updateValue(job.id, forKey: path), other != job.id { several.insert(path) }
        }
        for (job, paths) in seen {
            for path in paths {
                self.seen[PathKey(path)] = job
                note(job, at: path, name: Directory.name(of: path))
            }
        }
    }

    private mutating func note(_ job: JobID, at path: String?, name: String) {
        if let path = path.map(PathKey.init) { oldest[path] = min(oldest[path] ?? job, job) }
        let name = PathKey(name)
        oldestByName[name] = min(oldestByName[name] ?? job, job)
    }

    /// What tells a spreadsheet's results apart from those of another one of the same name, where both go into one
    /// directory: nil for the first spreadsheet of that name. It stays the same from run to run, also for a file that
    /// was edited and is a new job therefore.
    func distinction(of job: JobSummary, input: String?) -> String? {
        let name = PathKey(input.map(Directory.name) ?? job.name)
        let own = input.flatMap { oldest[PathKey($0)] } ?? job.id
        guard let first = oldestByName[name], first != own else { return nil }
        guard let input else { return "job-\(job.id)" }
        // FNV-1a: nobody gains by making two directories collide.
        let hash = input.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String((hash ^ hash >> 32) & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Whether a job may write the results of a path.
    func owns(_ job: JobID, _ path: String) -> Bool { (seen[PathKey(path)] ?? latest[PathKey(path)] ?? job) == job }

    /// Whether the results file of a path may be another job's.
    func areSeveral(_ path: String) -> Bool { several.contains(PathKey(path)) }
}

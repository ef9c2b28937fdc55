import Files
import FoundationEssentials
import Glibc
import Journal
import Reporting
import Spreadsheet

/// Where results files go: beside each spreadsheet, or into one directory; an inbox has its own.
struct ResultsLocation {
    private let directory: String?
    private let inbox: Inbox?

    /// Checks the directory before anything is sent.
    ///
    /// - Throws: `UsherError` if it is not a directory, or not writable.
    init(directory: String?, inbox: Inbox? = nil) throws {
        self.directory = directory
        self.inbox = inbox
        guard let directory else {
            guard let inbox else { return }
            try inbox.prepareResults()
            try Self.checkWritable(inbox.results)
            return
        }
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw UsherError(
                status: .usage,
                description: "--results \(directory) is not a directory. Make it, or name another. Nothing was sent."
            )
        }
        try Self.checkWritable(directory)
    }

    /// Whether the results of spreadsheets in different directories go into one, where names may clash.
    var isOneForAll: Bool { directory != nil }

    /// Whether the directory of a results file may be a link. An inbox's results directory may not: anyone who can
    /// write into the inbox could redirect them.
    func followsLink(to results: String, of input: String?) -> Bool {
        guard directory == nil, let input else { return true }
        return PathKey(Directory.parent(of: results)) == PathKey(Directory.parent(of: input))
    }

    /// The results file of a spreadsheet; nil for standard input without a named directory.
    ///
    /// - Parameter distinction: What distinguishes it from others of its name in the same directory.
    func path(name: String, input: String?, distinction: String?) -> String? {
        if let directory {
            return Self.path(distinction.map { "\(name).\($0)" } ?? name, in: directory)
        }
        guard let input else { return nil }
        let parent = Directory.parent(of: input)
        if let inbox {
            if PathKey(parent) == PathKey(inbox.path) { return Self.path(name, in: inbox.results) }
            // A job begun elsewhere: its open rows are sent, but its directory may be inaccessible here.
            guard access(parent, W_OK | X_OK) == 0 else { return nil }
        }
        // A spreadsheet from an inbox keeps its one results file.
        let inInbox = Self.path(name, in: "\(parent)/results")
        return access(inInbox, F_OK) == 0 ? inInbox : input + ResultsFormat.resultsSuffix
    }

    private static func path(_ name: String, in directory: String) -> String {
        "\(directory.hasSuffix("/") ? directory : directory + "/")\(name)\(ResultsFormat.resultsSuffix)"
    }

    /// The file or directory whose group and mode a results file gets: whoever may open the spreadsheet or use the
    /// inbox may open the results.
    func permissionModel(input: String?) -> String? {
        guard directory == nil, let inbox, let input, input.utf8.starts(with: "\(inbox.path)/".utf8) else {
            return input
        }
        return inbox.results
    }

    /// Checks that a spreadsheet's results can be written, before any of it is sent.
    ///
    /// - Parameter withReport: Whether a report goes beside the results file.
    /// - Throws: `UsherError`.
    func check(name: String, input: String?, withReport: Bool) throws {
        guard let results = path(name: name, input: input, distinction: nil) else { return }
        if directory == nil { try Self.checkWritable(Directory.parent(of: results)) }
        let followsLink = followsLink(to: results, of: input)
        for path in [results] + (withReport ? [ReportFile.path(besideResults: results)] : []) {
            guard let obstacle = ReportFile.obstacle(at: path, followsLink: followsLink) else { continue }
            let advice =
                switch obstacle.reason.code {
                case ENAMETOOLONG: "Give the spreadsheet a shorter name"
                case EISDIR, ENOTSUP: "Remove what is there, or name another directory with --results"
                default: obstacle.advice
                }
            throw UsherError(
                status: .storage,
                description: """
                    The results of \(name) could not be written to \(path) (\(obstacle.reason)), so nothing of it was sent. \
                    \(advice), and run it again.
                    """
            )
        }
    }

    /// The pages of an inbox's files; nil if the run is not about one.
    func pages(in zone: ReaderZone) -> InboxPages? {
        inbox.map { inbox in
            InboxPages(
                directory: directory ?? inbox.results,
                model: inbox.results,
                followsLink: directory != nil,
                zone: zone
            )
        }
    }

    /// Removes the pages of files that are gone from an inbox. A directory that a person named may hold other pages.
    func removeOldPages(in zone: ReaderZone) throws {
        guard directory == nil, let inbox else { return }
        pages(in: zone)?.removeAll(but: try inbox.entries())
    }

    /// Lists the files that were not taken, and why, in an inbox's results directory, for an overview of the pages. If
    /// all were taken, removes the list.
    ///
    /// - Parameters:
    ///   - leftAlone: Files that are not named like spreadsheets.
    ///   - edited: Lists that were edited in `to-decide` and left there.
    /// - Throws: `FileError`.
    func note(
        refused: [InboxScan.Refused],
        leftAlone: [String] = [],
        edited: [String] = [],
        at now: Date = Date(),
        in zone: ReaderZone = .utc
    ) throws(FileError) {
        guard let inbox else { return }
        let path = "\(directory ?? inbox.results)/\(ResultsFormat.notTaken)"
        var parts: [String] = []
        if !refused.isEmpty {
            let lines = refused.map { refused in
                let since = zone.day(of: refused.since ?? now)
                return "\(refused.name.onOneLine): \(refused.reason.onOneLine) Not taken since \(since).\n"
            }
            parts.append("Usher could not take these files from the inbox:\n\n\(lines.joined())")
        }
        if !leftAlone.isEmpty {
            let lines = leftAlone.map { "\($0.onOneLine)\n" }
            parts.append("These are not named like spreadsheets (.csv) and were left alone:\n\n\(lines.joined())")
        }
        if !edited.isEmpty {
            let lines = edited.map { "to-decide/\($0.onOneLine)\n" }
            parts.append(
                """
                These were edited in to-decide, from where nothing is sent. When the column Action is filled in, save or move \
                them into the inbox itself. Until then they stay as they are, and no newer list takes their place:

                \(lines.joined())
                """
            )
        }
        guard !parts.isEmpty else {
            unlink(path)
            return
        }
        let text = parts.joined(separator: "\n")
        try ReportFile.write(text, to: path, permissionsOf: inbox.results, followsLink: directory != nil)
    }

    private static func checkWritable(_ directory: String) throws {
        guard access(directory, W_OK | X_OK) != 0 else { return }
        throw UsherError(
            status: .storage,
            description: """
                This user may not write into \(directory) (\(SystemError())), so there is no place for the \
                results. Name another directory with --results. Nothing was sent.
                """
        )
    }
}

/// Which job a spreadsheet's path means: an edited file is a new job, and only one of them may write the results file.
/// Also which of several spreadsheets of one name comes first, if their results go into one directory.
struct ResultsPathResolver {
    private var latest: [PathKey: JobID] = [:]
    private var seen: [PathKey: JobID] = [:]
    private var several: Set<PathKey> = []
    private var oldest: [PathKey: JobID] = [:]
    /// The oldest job of each file name, whatever its directory.
    private var oldestByName: [PathKey: JobID] = [:]

    /// - Parameters:
    ///   - jobs: All jobs of the journal.
    ///   - seen: The paths where this run found each job's content; these decide, even if older content has returned.
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

    /// What distinguishes a spreadsheet's results from those of another one of the same name, if both go into one
    /// directory: nil for the first spreadsheet of that name. It stays the same from run to run, even for an edited
    /// file, which is a new job.
    func distinction(of job: JobSummary, input: String?) -> String? {
        let name = PathKey(input.map(Directory.name) ?? job.name)
        let own = input.flatMap { oldest[PathKey($0)] } ?? job.id
        guard let first = oldestByName[name], first != own else { return nil }
        guard let input else { return "job-\(job.id)" }
        // FNV-1a: there is nothing to gain from making two directories collide.
        let hash = input.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String((hash ^ hash >> 32) & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Whether a job may write the results of a path.
    func owns(_ job: JobID, _ path: String) -> Bool { (seen[PathKey(path)] ?? latest[PathKey(path)] ?? job) == job }

    /// Whether the results file of a path may belong to another job.
    func areSeveral(_ path: String) -> Bool { several.contains(PathKey(path)) }
}

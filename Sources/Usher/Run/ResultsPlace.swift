internal import Files
internal import Glibc

/// Where results files go: beside each spreadsheet, or into one directory; an inbox has one for its own.
struct ResultsPlace {
    private let directory: String?
    private let inbox: Inbox?

    /// Checks the directory before anything is sent.
    ///
    /// - Throws: `UsherError` where it is none, or may not be written.
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

    /// Whether spreadsheets of different directories have their results in one, where their names may meet.
    var isOneForAll: Bool { directory != nil }

    /// The results file of a spreadsheet; nil where it came from standard input and no directory was named.
    ///
    /// - Parameter distinction: What tells it apart from others of its name, where they meet in one directory.
    func path(name: String, input: String?, distinction: String?) -> String? {
        if let directory {
            let distinct = distinction.map { "\(name).\($0)" } ?? name
            return "\(directory.hasSuffix("/") ? directory : directory + "/")\(distinct).results.csv"
        }
        guard let input, let slash = input.lastIndex(of: "/") else { return input.map { "\($0).results.csv" } }
        let parent = input[..<slash]
        if let inbox {
            if parent == inbox.path { return "\(inbox.results)/\(name).results.csv" }
            // A job that somebody began elsewhere: what is open of it is sent, but its place may be out of reach here.
            guard access(String(parent), W_OK | X_OK) == 0 else { return nil }
        }
        // A spreadsheet that lay in an inbox keeps its one results file.
        let inInbox = "\(parent)/results/\(name).results.csv"
        return access(inInbox, F_OK) == 0 ? inInbox : "\(input).results.csv"
    }

    /// The file or directory whose group and mode a results file takes over: whoever may open the spreadsheet may open the
    /// results, and whoever may use the inbox may open what lies there.
    func permissionModel(input: String?) -> String? {
        guard directory == nil, let inbox, let input, input.hasPrefix(inbox.path + "/") else { return input }
        return inbox.results
    }

    /// Checks that the results file of a spreadsheet can be written, before anything of it is sent.
    ///
    /// - Throws: `UsherError`.
    func check(input: String?) throws {
        guard directory == nil, let input else { return }
        let path = path(name: PathOwners.name(of: input), input: input, distinction: nil)
        guard let path, path.contains("/") else { return }
        try Self.checkWritable(Directory.parent(of: path))
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

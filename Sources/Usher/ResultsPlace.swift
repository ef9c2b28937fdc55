#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Where results files go: beside each spreadsheet, or into one directory.
struct ResultsPlace {
    private let directory: String?

    /// Checks the directory before anything is sent.
    ///
    /// - Throws: `UsherError` where it is none, or may not be written.
    init(directory: String?) throws {
        self.directory = directory
        guard let directory else { return }
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw UsherError(
                status: .usage,
                description: "--results \(directory) is not a directory. Make it, or name another. Nothing was sent."
            )
        }
        try Self.checkWritable(directory)
    }

    /// The results file of a spreadsheet; nil where it came from standard input and no directory was named.
    func path(name: String, input: String?) -> String? {
        if let directory { return "\(directory.hasSuffix("/") ? directory : directory + "/")\(name).results.csv" }
        return input.map { "\($0).results.csv" }
    }

    /// Checks that a results file can be written beside a spreadsheet, before anything of it is sent.
    ///
    /// - Throws: `UsherError`.
    func check(input: String?) throws {
        guard directory == nil, let input, let slash = input.lastIndex(of: "/") else { return }
        try Self.checkWritable(slash == input.startIndex ? "/" : String(input[..<slash]))
    }

    private static func checkWritable(_ directory: String) throws {
        guard access(directory, W_OK | X_OK) != 0 else { return }
        throw UsherError(
            status: .storage,
            description: """
                This user may not write into \(directory) (\(String(cString: strerror(errno)))), so there is no place for the \
                results. Name another directory with --results. Nothing was sent.
                """
        )
    }
}

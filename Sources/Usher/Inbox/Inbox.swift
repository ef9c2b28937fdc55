import Files
import FoundationEssentials
import Glibc
import Sending
import Spreadsheet

/// A directory where people put spreadsheets, and where they stay.
struct Inbox: Sendable {
    /// Its path with links resolved.
    let path: String
    /// How long a file must be unchanged before it is read.
    let settleTime: TimeInterval
    /// Whether a results file here is one that a person has put here: Usher's own are elsewhere.
    let takesResults: Bool

    /// The directory of the results, beside the spreadsheets.
    var results: String { path == "/" ? "/results" : "\(path)/results" }
    /// The directory of the sheets that staff fill in. Nothing in it is ever sent: it is read when it is in the inbox
    /// itself.
    var toDecide: String { path == "/" ? "/to-decide" : "\(path)/to-decide" }

    /// - Parameter results: Where results go, unless that is `results/` in it.
    /// - Throws: `UsherError` if there is no such directory, or it can't be read.
    init(path given: String, settleTime: TimeInterval, results: String? = nil) throws {
        guard let resolved = Directory.resolved(given) else { throw Self.unusable(given, errno) }
        path = resolved
        self.settleTime = settleTime
        takesResults = results.flatMap(Directory.resolved(_:)) != resolved
        _ = try entries()
    }

    /// Its entries.
    ///
    /// - Throws: `UsherError`.
    func entries() throws -> [InboxEntry] {
        let names: [String]
        do throws(SystemError) {
            names = try Directory.names(in: path)
        } catch {
            throw Self.unusable(path, error.code)
        }
        var entries: [InboxEntry] = []
        for name in names {
            if name == "." || name == ".." { continue }
            if let entry = InboxEntry(name: name, in: path) {
                entries.append(entry)
            } else if name.contains("\u{FFFD}") {
                // It must not be passed over silently.
                entries.append(InboxEntry(name: name, kind: .unnameable, size: 0, modifiedAt: .distantPast))
            }
        }
        return entries
    }

    /// The files that may be read now. Waits for files that are about to settle, at most twice the settle time.
    ///
    /// - Throws: `UsherError`, or `CancellationError`.
    func settled(clock: any RunClock = SystemRunClock()) async throws -> InboxScan {
        var watch = InboxWatch(settleTime: settleTime, takesResults: takesResults)
        let patience = clock.date().addingTimeInterval(2 * settleTime)
        while true {
            let now = clock.date()
            let look = try watch.look(at: entries(), at: now)
            guard let next = look.nextLook, next <= patience else { return look }
            // A little later, so that the time has surely passed when the clock is read again.
            try await clock.sleep(until: clock.elapsed() + .seconds(next.timeIntervalSince(now)) + .milliseconds(5))
        }
    }

    /// The spreadsheets that may be read now, and the names of those that may not yet, for commands that change
    /// nothing.
    ///
    /// - Throws: `UsherError`, or `CancellationError`.
    func sources() async throws -> (sources: [SpreadsheetOpening], unsettled: [String]) {
        let look = try await settled()
        var sources: [SpreadsheetOpening] = look.refused.map { refused in
            {
                throw SpreadsheetError(name: "\(path)/\(refused.name)", refused.reason)
            }
        }
        sources += look.ready.map { entry in
            {
                if let source = try open(entry) { return source }
                throw SpreadsheetError(
                    name: "\(path)/\(entry.name)",
                    "It was changed this very moment. A later run takes it."
                )
            }
        }
        return (sources, look.unsettled)
    }

    /// Opens a file if it is unchanged since the scan.
    ///
    /// - Returns: Nil if it has changed.
    /// - Throws: `SpreadsheetError`.
    func open(_ entry: InboxEntry) throws(SpreadsheetError) -> SpreadsheetSource? {
        let source: SpreadsheetSource
        do {
            source = try SpreadsheetSource(path: "\(path)/\(entry.name)", wasNamed: false, followsLinks: false)
        } catch {
            // Removed or replaced meanwhile: that is not the reader's failure.
            guard InboxEntry(name: entry.name, in: path) == entry else { return nil }
            throw error
        }
        return InboxEntry(name: entry.name, in: path) == entry ? source : nil
    }

    /// Creates the directory of the results if it is missing: for the same group as the inbox only.
    ///
    /// - Throws: `UsherError` if it can't be created or is not writable.
    func prepareResults() throws {
        do {
            try prepare(results)
        } catch .isTaken {
            throw UsherError(
                status: .storage,
                description: """
                    \(results) is not a directory. Take it away, or name another directory with --results. Nothing was sent.
                    """
            )
        } catch .failed(let reason) {
            throw UsherError(
                status: .storage,
                description: """
                    The directory for the results, \(results), can't be made (\(reason)). Let this user \
                    write into \(path), or name another directory with --results. Nothing was sent.
                    """
            )
        } catch .noInbox(let code) {
            throw Self.unusable(path, code)
        }
    }

    /// Why a directory in an inbox can't be made.
    enum Obstacle: Error {
        case noInbox(Int32)
        /// Something else has its name.
        case isTaken
        case failed(SystemError)
    }

    /// Creates a directory in the inbox if it is missing: for the inbox's group only.
    func prepare(_ directory: String) throws(Obstacle) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .noInbox(errno) }
        // With the process's own mask the group could not open it; setting the mode afterwards would remove the
        // inherited set-group-ID bit. Nothing else creates files at this point.
        let mask = umask(0o007)
        let made = mkdir(directory, status.st_mode & 0o770 | 0o700)
        let code = errno
        umask(mask)
        if made == 0 {
            // Without the bit it would have this process's group; if that may not be changed, it stays so.
            _ = chown(directory, uid_t.max, status.st_gid)
        } else if code == EEXIST {
            // Anyone who may write into the inbox could have put a link there, to redirect the files.
            guard lstat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw .isTaken }
        } else {
            throw .failed(SystemError(code: code))
        }
    }

    private static func unusable(_ path: String, _ code: Int32) -> UsherError {
        switch code {
        case ENOENT:
            .configuration(
                "There is no inbox \(path). Make that directory, or name another with --inbox. Nothing was sent."
            )
        case ENOTDIR:
            .configuration("The inbox \(path) is not a directory. Name a directory with --inbox. Nothing was sent.")
        case EACCES, EPERM:
            .configuration(
                "This user may not read the inbox \(path). Let it read and write there; see `ls -ld`. Nothing was sent."
            )
        default:
            .configuration("The inbox \(path) can't be read (\(SystemError(code: code))). Nothing was sent.")
        }
    }
}

/// An entry of an inbox, as one scan found it.
struct InboxEntry: Sendable, Hashable {
    /// What kind of thing it is.
    enum Kind: Sendable, Hashable {
        case file
        case link
        case directory
        /// A pipe, a socket, a device.
        case other
        /// Its name is not UTF-8, so it can't be opened by name.
        case unnameable
    }

    let name: String
    let kind: Kind
    let size: Int64
    /// When its content last changed, as set by the program that wrote it.
    let modifiedAt: Date
    /// When anything about it last changed, as recorded by the file system: shows a program that copies a file and then
    /// gives it the original's older time.
    let changedAt: Date
    /// Distinguishes a file from another that took its name.
    let inode: UInt64

    init(name: String, kind: Kind = .file, size: Int64, modifiedAt: Date, changedAt: Date? = nil, inode: UInt64 = 0) {
        self.name = name
        self.kind = kind
        self.size = size
        self.modifiedAt = modifiedAt
        self.changedAt = changedAt ?? modifiedAt
        self.inode = inode
    }

    /// Examines a name without following a link; nil if nothing is there anymore.
    init?(name: String, in directory: String) {
        self.init(path: "\(directory)/\(name)", name: name)
    }

    /// Examines a path without following a link; nil if nothing is there.
    init?(path: String) {
        self.init(path: path, name: path)
    }

    private init?(path: String, name: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFLNK: .link
            case S_IFDIR: .directory
            default: .other
            }
        let (modified, changed) = (status.st_mtim, status.st_ctim)
        self.init(
            name: name,
            kind: kind,
            size: Int64(status.st_size),
            modifiedAt: Date(modified),
            changedAt: Date(changed),
            inode: UInt64(status.st_ino)
        )
    }

    /// Where it comes among the files of its directory.
    var order: FileOrder { FileOrder(modified: modifiedAt.timeIntervalSince1970, name: name) }

    /// The later of its two times.
    var lastChange: Date { max(modifiedAt, changedAt) }
}

extension Date {
    fileprivate init(_ time: timespec) {
        self.init(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
}

/// The result of scanning an inbox.
struct InboxScan: Sendable, Hashable {
    /// Something meant to be read that can't be, and why.
    struct Refused: Sendable, Hashable {
        let entry: InboxEntry
        let reason: String
        /// Since when runs have not taken it; nil if this is the first to say so.
        var since: Date?

        var name: String { entry.name }
    }

    /// Ready to be read, in this order.
    var ready: [InboxEntry] = []
    /// Still being written or synchronized, or too fresh to be sure.
    var unsettled: [String] = []
    /// When the first of those will have settled, if it stays unchanged.
    var nextLook: Date?
    /// What needs a person.
    var refused: [Refused] = []
    /// Not spreadsheets, by their names.
    var leftAlone: [String] = []
}

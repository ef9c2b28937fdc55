import Files
import FoundationEssentials
import Glibc
import Sending
import Spreadsheet

/// A directory into which people put spreadsheets, and where they stay.
struct Inbox: Sendable {
    /// Its path without links in it.
    let path: String
    /// How long a file must have been left alone before it is read.
    let settleTime: TimeInterval

    /// Where the results go, beside the spreadsheets.
    var results: String { path == "/" ? "/results" : "\(path)/results" }

    /// - Throws: `UsherError` where there is no such directory, or it can't be read.
    init(path given: String, settleTime: TimeInterval) throws {
        let resolved = realpath(given, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
        guard let resolved else { throw Self.unusable(given, errno) }
        path = resolved
        self.settleTime = settleTime
        _ = try entries()
    }

    /// Everything that is in it.
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
                // It must not be passed over in silence.
                entries.append(InboxEntry(name: name, kind: .unnameable, size: 0, modifiedAt: .distantPast))
            }
        }
        return entries
    }

    /// What may be read now. Waits for files that are about to settle, twice the settle time at most.
    ///
    /// - Throws: `UsherError`, or `CancellationError`.
    func settled(clock: any RunClock = SystemRunClock()) async throws -> InboxScan {
        var watch = InboxWatch(settleTime: settleTime)
        let patience = clock.date().addingTimeInterval(2 * settleTime)
        while true {
            let now = clock.date()
            let look = try watch.look(at: entries(), at: now)
            guard let next = look.nextLook, next <= patience else { return look }
            // A little later, so that the moment has surely come when the clock is read again.
            try await clock.sleep(until: clock.elapsed() + .seconds(next.timeIntervalSince(now)) + .milliseconds(5))
        }
    }

    /// The spreadsheets that may be read now, and the names of those that may not yet, for a look that changes nothing.
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

    /// Opens a file as it was when it was looked at.
    ///
    /// - Returns: Nil where somebody has touched it since.
    /// - Throws: `SpreadsheetError`.
    func open(_ entry: InboxEntry) throws(SpreadsheetError) -> SpreadsheetSource? {
        let source: SpreadsheetSource
        do {
            source = try SpreadsheetSource(path: "\(path)/\(entry.name)", followsLinks: false)
        } catch {
            // Taken away or replaced meanwhile: that is not the reader's failure.
            guard InboxEntry(name: entry.name, in: path) == entry else { return nil }
            throw error
        }
        return InboxEntry(name: entry.name, in: path) == entry ? source : nil
    }

    /// Makes the directory of the results if it is missing: for the same group as the inbox, and for no others.
    ///
    /// - Throws: `UsherError` where it can't be made or may not be written.
    func prepareResults() throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Self.unusable(path, errno) }
        // With the process's mask in the way the group could not open it; setting the mode afterwards would take off the
        // set-group-ID bit that it inherits. Nothing else makes files yet at this point.
        let mask = umask(0o007)
        let made = mkdir(results, status.st_mode & 0o770 | 0o700)
        let code = errno
        umask(mask)
        if made == 0 {
            // Without the bit it would have this process's group; where that may not be changed, it stays so.
            _ = chown(results, uid_t.max, status.st_gid)
        } else if code == EEXIST {
            // Anyone who may write into the inbox could have put a link there, to have files written elsewhere.
            guard lstat(results, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw UsherError(
                    status: .storage,
                    description: """
                        \(results) is not a directory. Take it away, or name another directory with --results. Nothing was sent.
                        """
                )
            }
        } else {
            throw UsherError(
                status: .storage,
                description: """
                    The directory for the results, \(results), can't be made (\(SystemError(code: code))). Let this user \
                    write into \(path), or name another directory with --results. Nothing was sent.
                    """
            )
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

/// What is in an inbox under one name, as one look found it.
struct InboxEntry: Sendable, Hashable {
    /// What kind of thing it is.
    enum Kind: Sendable, Hashable {
        case file
        case link
        case directory
        /// A pipe, a socket, a device.
        case other
        /// Its name is not UTF-8, so it can't be opened by it.
        case unnameable
    }

    let name: String
    let kind: Kind
    let size: Int64
    /// When its content was changed last, as whoever wrote it says.
    let modifiedAt: Date
    /// When anything about it was changed last, as the file system says: a program that copies a file and then gives it
    /// the original's older time shows here.
    let changedAt: Date
    /// Tells a file from another that took its name.
    let inode: UInt64

    init(name: String, kind: Kind = .file, size: Int64, modifiedAt: Date, changedAt: Date? = nil, inode: UInt64 = 0) {
        self.name = name
        self.kind = kind
        self.size = size
        self.modifiedAt = modifiedAt
        self.changedAt = changedAt ?? modifiedAt
        self.inode = inode
    }

    /// Looks at a name without following a link; nil where nothing is there any more.
    init?(name: String, in directory: String) {
        self.init(path: "\(directory)/\(name)", name: name)
    }

    /// Looks at a path without following a link; nil where nothing is there.
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

    /// The later of its two times.
    var lastChange: Date { max(modifiedAt, changedAt) }
}

extension Date {
    fileprivate init(_ time: timespec) {
        self.init(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
}

/// What a look into an inbox came to.
struct InboxScan: Sendable, Hashable {
    /// Something that was put there to be read and can't be, and why.
    struct Refused: Sendable, Hashable {
        let name: String
        let reason: String
    }

    /// To be read, in this order.
    var ready: [InboxEntry] = []
    /// Still being written or synchronized, or too fresh to be sure.
    var unsettled: [String] = []
    /// When the first of those will have settled, if nobody touches it.
    var nextLook: Date?
    /// What needs a person.
    var refused: [Refused] = []
    /// What is not a spreadsheet by its name.
    var leftAlone: [String] = []
}

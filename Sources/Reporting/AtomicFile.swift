package import Files
import Glibc
import Spreadsheet
import Synchronization

/// A file that appears complete or not at all: written under another name in the same directory, flushed, renamed.
///
/// It never follows a symbolic link of that name: the rename replaces the link.
struct AtomicFile: ~Copyable {
    private let destination: String
    private let name: String
    /// Its directory, open from the first check to the last rename, so that it can't be swapped in between.
    private let directory: FileDescriptor
    private let temporary: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isFinished = false

    /// The C library defines it only for programs that ask for GNU names; its value is part of the kernel's interface.
    private static let onlyAsPath: Int32 = 0o10_000_000
    private static let made = Atomic(0)

    /// Begins a file to be placed at `path`.
    ///
    /// - Parameters:
    ///   - path: Where to place it.
    ///   - model: The file whose group and mode it gets, without any rights for others; nil gives 0600.
    ///   - followsLink: Whether its directory's name may be a symbolic link.
    /// - Throws: `FileError`.
    init(path: String, permissionsOf model: String?, followsLink: Bool = true) throws(FileError) {
        destination = path
        name = Directory.name(of: path)
        // Never longer than the file's own name may be.
        temporary = "\(Self.prefix)\(getpid())-\(Self.made.add(1, ordering: .relaxed).newValue)\(Self.suffix)"
        let noFollow = followsLink ? 0 : O_NOFOLLOW
        directory = FileDescriptor(
            open(Directory.parent(of: path), Self.onlyAsPath | O_DIRECTORY | O_CLOEXEC | noFollow)
        )
        let obstacle = directory.number < 0 ? SystemError() : Self.obstacle(to: name, in: directory)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        if obstacle == nil { Self.removeLeftovers(in: directory) }
        descriptor = obstacle == nil ? openat(directory.number, temporary, flags, 0o600) : -1
        guard descriptor >= 0 else { throw FileError(path: path, obstacle ?? SystemError()) }
        buffer.reserveCapacity(Self.bufferSize)
        var status = stat()
        if let model, fstatat(AT_FDCWD, model, &status, followsLink ? 0 : AT_SYMLINK_NOFOLLOW) == 0 {
            // Without the group there is no reason to give the group any rights. Often the directory has passed the
            // group on already, and then a process that may not change owners need not.
            var own = stat()
            let inherited = fstat(descriptor, &own) == 0 && own.st_gid == status.st_gid
            let owned = inherited || fchown(descriptor, uid_t.max, status.st_gid) == 0
            fchmod(descriptor, status.st_mode & (owned ? 0o660 : 0o600) | 0o600)
        }
    }

    // MARK: Leftovers of killed processes

    private static let prefix = ".usher-"
    private static let suffix = ".tmp"

    /// Removes what killed processes left of half-written files in a directory: it holds addresses, and would otherwise
    /// never be found. The spreadsheet it belonged to may have another name by now.
    private static func removeLeftovers(in directory: FileDescriptor) {
        var left: [String] = []
        // There may be thousands of files, and each write passes by all of them.
        try? Directory.forEachName(in: directory) { name in
            guard name.count > suffix.utf8.count, name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) else {
                return
            }
            let name = String(decoding: name, as: UTF8.self)
            // Another user's process counts as alive, though it can't be signalled.
            if let owner = owner(of: name), kill(owner, 0) != 0, errno == ESRCH { left.append(name) }
        }
        for name in left { unlinkat(directory.number, name, 0) }
    }

    /// The process that one of Usher's temporary files belongs to, by its name; nil for any other file.
    private static func owner(of name: String) -> pid_t? {
        let stem = name.dropLast(suffix.count)
        var owner: Substring?
        if stem.hasPrefix(prefix) {
            owner = stem.dropFirst(prefix.count).split(separator: "-").first
        } else if let dot = stem.lastIndex(of: "."),
            [ResultsFormat.resultsSuffix, ResultsFormat.reportSuffix].contains(where: stem[..<dot].hasSuffix)
        {
            // Usher 0.1.0's naming.
            owner = stem[dot...].dropFirst()
        }
        return owner.flatMap { pid_t($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    // MARK: Obstacles

    /// Why a file can't be written to `path`, as far as that is known beforehand; nil if nothing is in the way.
    static func obstacle(at path: String, followsLink: Bool = true) -> SystemError? {
        let noFollow = followsLink ? 0 : O_NOFOLLOW
        let directory = FileDescriptor(
            open(Directory.parent(of: path), onlyAsPath | O_DIRECTORY | O_CLOEXEC | noFollow)
        )
        guard directory.number >= 0 else { return SystemError() }
        defer { directory.close() }
        return obstacle(to: Directory.name(of: path), in: directory)
    }

    /// Whether anything has a path's name, even a link that leads nowhere.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whatever occupies the file's place and can't be replaced (renaming a file over a device would remove the device
    /// for the whole machine), or what is wrong with its name.
    private static func obstacle(to name: String, in directory: FileDescriptor) -> SystemError? {
        guard !name.isEmpty else { return SystemError(code: EISDIR) }
        var status = stat()
        guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            let reason = SystemError()
            return reason.code == ENOENT ? nil : reason
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFLNK: return nil
        case S_IFDIR: return SystemError(code: EISDIR)
        default: return SystemError(code: ENOTSUP)
        }
    }

    // MARK: Writing

    /// Appends bytes.
    ///
    /// - Throws: `FileError`.
    mutating func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Lets every user of this machine read the file: only for content without personal data.
    func letEverybodyRead() {
        fchmod(descriptor, 0o644)
    }

    /// Flushes everything to disk, and puts the file in its place.
    ///
    /// - Parameter condition: What must still hold at the last moment.
    /// - Returns: Whether it did; if not, the earlier file is still there.
    /// - Throws: `FileError`; any earlier file is then still there.
    @discardableResult
    mutating func finish(if condition: () -> Bool = { true }) throws(FileError) -> Bool {
        try flush()
        guard fsync(descriptor) == 0 else { throw FileError(path: destination, SystemError()) }
        guard condition() else { return false }
        guard renameat(directory.number, temporary, directory.number, name) == 0 else {
            throw FileError(path: destination, SystemError())
        }
        isFinished = true
        let handle = openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if handle >= 0 {
            // The rename itself reaches the disk with its directory; if that can't be flushed, it follows later.
            fsync(handle)
            close(handle)
        }
        return true
    }

    deinit {
        close(descriptor)
        if !isFinished { unlinkat(directory.number, temporary, 0) }
        directory.close()
    }

    private static let bufferSize = 1 << 16

    private mutating func flush() throws(FileError) {
        do throws(SystemError) {
            try FileDescriptor(descriptor).write(buffer)
        } catch {
            throw FileError(path: destination, error)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}

/// A file of results, metrics or with a report that could not be written.
package struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file's intended content, which decides the advice.
    enum Content: Sendable, Hashable {
        case results, report, check, figures
    }

    package let path: String
    package let reason: SystemError
    var content = Content.results

    /// A file that could not be written, and why.
    package init(path: String, _ reason: SystemError) {
        self.path = path
        self.reason = reason
    }

    /// What to do, without a full stop.
    package var advice: String {
        switch reason.code {
        case ENOSPC, EDQUOT: "Make room on that disk"
        case EACCES, EPERM, EROFS: "Check the permissions of that directory, or name another one"
        case ENOENT, ENOTDIR: "Make that directory, or name another one"
        case EISDIR, ENOTSUP: "Name a file that is or may become an ordinary one"
        case ENAMETOOLONG: "Name a shorter one"
        default: "Check that disk"
        }
    }

    /// What happened, where, and what to do.
    package var description: String {
        let failure = "\(path) could not be written (\(reason))."
        return switch content {
        case .results:
            "\(failure) The journal has everything: \(advice), then run the same command again, or `usher results`."
        case .report:
            "\(failure) The journal has everything: \(advice), then run the same command again, or `usher report`."
        case .check: "\(failure) \(advice), then run the same command again."
        case .figures:
            "\(failure) The run itself is not affected. \(advice) (--metrics-file); the next run writes it."
        }
    }
}

internal import Files
internal import Glibc

/// A file that appears whole or not at all: written under another name in the same directory, flushed, renamed.
///
/// It never follows a symbolic link that stands at its name: the rename takes the link's place.
struct AtomicFile: ~Copyable {
    private let destination: String
    private let temporary: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isFinished = false

    /// Begins a file that will stand at `path`.
    ///
    /// - Parameters:
    ///   - path: Where it will be.
    ///   - model: The file whose group and mode it takes over, without any right for others; nil gives 0600.
    /// - Throws: `FileError`.
    init(path: String, permissionsOf model: String?) throws(FileError) {
        destination = path
        temporary = "\(path).\(getpid()).tmp"
        unlink(temporary)
        Self.removeLeftovers(of: path)
        let obstacle = Self.obstacle(at: path)
        descriptor = obstacle == nil ? open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) : -1
        guard descriptor >= 0 else { throw FileError(path: path, obstacle ?? SystemError()) }
        buffer.reserveCapacity(Self.bufferSize)
        var status = stat()
        if let model, stat(model, &status) == 0 {
            // Without the group there is no reason to give the group any right. Often the directory has passed it on already,
            // and then a process that may not change owners at all need not.
            var own = stat()
            let inherited = fstat(descriptor, &own) == 0 && own.st_gid == status.st_gid
            let owned = inherited || fchown(descriptor, uid_t.max, status.st_gid) == 0
            fchmod(descriptor, status.st_mode & (owned ? 0o660 : 0o600) | 0o600)
        }
    }

    /// Removes what processes that were killed in the middle of writing this file have left beside it: it holds addresses, and
    /// nobody would ever look for it.
    private static func removeLeftovers(of path: String) {
        let prefix = Array("\(path.split(separator: "/").last ?? "").".utf8)
        let directory = Directory.parent(of: path)
        // There may be thousands of files, and each is passed by for each that is written.
        try? Directory.forEachName(in: directory) { name in
            guard name.starts(with: prefix) else { return }
            let ending = String(decoding: name.dropFirst(prefix.count), as: UTF8.self)
            guard ending.hasSuffix(".tmp"), let owner = pid_t(ending.dropLast(4)), owner > 0 else { return }
            // A process of another user's is alive too, though it may not be signalled.
            if kill(owner, 0) != 0, errno == ESRCH { unlink("\(path).\(ending)") }
        }
    }

    /// What stands in a file's place and can't be replaced: renaming a file over a device would take the device away from the
    /// whole machine.
    private static func obstacle(at path: String) -> SystemError? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFLNK: return nil
        case S_IFDIR: return SystemError(code: EISDIR)
        default: return SystemError(code: ENOTSUP)
        }
    }

    /// Adds bytes.
    ///
    /// - Throws: `FileError`.
    mutating func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Lets every user of this machine read the file: only for what says nothing about anybody.
    func letEverybodyRead() {
        fchmod(descriptor, 0o644)
    }

    /// Flushes all to disk, and puts the file in its place.
    ///
    /// - Throws: `FileError`; then whatever stood there before still does.
    mutating func finish() throws(FileError) {
        try flush()
        guard fsync(descriptor) == 0, rename(temporary, destination) == 0 else {
            throw FileError(path: destination, SystemError())
        }
        isFinished = true
        let handle = open(Directory.parent(of: destination), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if handle >= 0 {
            // The rename itself reaches the disk with its directory; where that can't be flushed, it follows later.
            fsync(handle)
            close(handle)
        }
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(temporary) }
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

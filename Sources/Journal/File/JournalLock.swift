import Files
import Glibc

/// The right to write to a journal: a lock on a file beside it, which the kernel releases however the process ends.
///
/// The lock file is never removed, or two processes could hold locks on two files of the same name. It exists before
/// the journal and says who holds it; but a journal with several names (hard links) may have one beside each. So there
/// is a second lock, on the journal itself.
struct JournalLock: ~Copyable {
    private let descriptor: Int32
    private var journal: FileDescriptor?

    /// Takes the lock without waiting, and writes this process's id to the file for others to read.
    ///
    /// A value that is fully initialized when its initializer throws is destroyed, so `deinit` closes the file in every
    /// case.
    ///
    /// - Parameters:
    ///   - path: The journal.
    ///   - take: How to take the lock; tests simulate a file system without locks.
    init(
        besideJournal path: String,
        take: (_ descriptor: Int32) -> Int32 = FileLock.take
    ) throws(JournalError) {
        let lockPath = path + ".lock"
        descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(
                path: path,
                reason: JournalFile.advice(for: errno, what: "its lock file \(lockPath) can't be opened")
            )
        }
        // If root makes it beside another user's journal, or where that is to be, it must not lock that user out forever.
        var status = stat()
        if geteuid() == 0, stat(path, &status) == 0 || stat(Directory.parent(of: path), &status) == 0 {
            _ = fchown(descriptor, status.st_uid, status.st_gid)
        }
        switch take(descriptor) {
        case 0: break
        case EAGAIN, EACCES:
            throw .locked(path: path, pid: Self.readHolder(descriptor))
        case let error:
            throw Self.withoutLocks(path, SystemError(code: error))
        }
        let text = Array("\(getpid())\n".utf8)
        // The pid is only information; the lock does not depend on it.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }

    /// Takes the lock on the journal itself, and keeps it open: closing it would drop SQLite's locks on it in this
    /// process.
    ///
    /// - Throws: `.locked` if another process uses the journal by another name.
    mutating func take(_ journal: FileDescriptor, path: String) throws(JournalError) {
        guard FileLock.takeBeyondEnd(journal.number) != 0 else {
            self.journal = journal
            return
        }
        let reason = SystemError()
        let holder = FileLock.holderBeyondEnd(journal.number)
        journal.close()
        guard [EAGAIN, EACCES].contains(reason.code) else { throw Self.withoutLocks(path, reason) }
        throw .locked(path: path, pid: holder)
    }

    private static func withoutLocks(_ path: String, _ reason: SystemError) -> JournalError {
        .unusable(
            path: path,
            reason: "its file system has no working locks (\(reason)); put it on a local disk with --journal."
        )
    }

    deinit {
        // Closing is not enough while a newly forked child still has its copy of the descriptor.
        if let journal {
            FileLock.release(journal.number)
            journal.close()
        }
        FileLock.release(descriptor)
        close(descriptor)
    }

    /// The process that wrote its id to a lock file; nil if the file has none.
    static func readHolder(_ descriptor: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &text, text.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: text[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
    }
}

/// An exclusive lock on an open file, as `fcntl(2)` describes open file description locks.
///
/// This kind of lock can be queried without being taken: a query never blocks a run that starts at that moment, and the
/// kernel answers in one step, while its list in `/proc/locks` may change as it is read.
package enum FileLock {
    // The C library declares these only with GNU extensions enabled; their values are part of the kernel's interface.
    private static let ask: Int32 = 36
    private static let set: Int32 = 37

    /// Takes the lock without waiting.
    ///
    /// - Parameter descriptor: A file open for reading and writing. The lock belongs to the open file description: a
    ///   child that inherits it holds the lock too, and another opening in the same process does not.
    /// - Returns: 0, or the error: `EAGAIN` or `EACCES` if somebody else holds it.
    package static func take(_ descriptor: Int32) -> Int32 {
        var request = whole(Int16(F_WRLCK))
        return fcntl(descriptor, set, &request) == 0 ? 0 : errno
    }

    /// Releases the lock, for every copy of the descriptor.
    static func release(_ descriptor: Int32) {
        var request = whole(Int16(F_UNLCK))
        _ = fcntl(descriptor, set, &request)
    }

    /// Whether the lock is held through another opening of the file; nil if the file system can't tell.
    static func isHeldElsewhere(_ descriptor: Int32) -> Bool? {
        var request = whole(Int16(F_WRLCK))
        guard fcntl(descriptor, ask, &request) == 0 else { return nil }
        return request.l_type != Int16(F_UNLCK)
    }

    // MARK: The file itself

    /// Beyond every byte of a file, and every byte that SQLite locks (510 from the first gibibyte on).
    private static let beyondAll = 1 << 62

    /// Takes a lock on bytes beyond the end of a file that holds data, without waiting. Their number is this process's
    /// id, which tells others who holds the lock.
    ///
    /// - Returns: 0, or the error: `EAGAIN` or `EACCES` if somebody else holds it.
    static func takeBeyondEnd(_ descriptor: Int32) -> Int32 {
        var request = beyondEnd(Int16(F_WRLCK), length: Int(getpid()))
        return fcntl(descriptor, set, &request) == 0 ? 0 : errno
    }

    /// The process that holds the lock of `takeBeyondEnd` through another opening; nil if none does.
    static func holderBeyondEnd(_ descriptor: Int32) -> Int32? {
        var request = beyondEnd(Int16(F_WRLCK), length: 1)
        guard fcntl(descriptor, ask, &request) == 0, request.l_type != Int16(F_UNLCK) else { return nil }
        return Int32(exactly: request.l_len)
    }

    private static func beyondEnd(_ type: Int16, length: Int) -> flock {
        var request = whole(type)
        request.l_start = beyondAll
        request.l_len = length
        return request
    }

    private static func whole(_ type: Int16) -> flock {
        var request = flock()
        request.l_type = type
        request.l_whence = Int16(SEEK_SET)
        return request
    }
}

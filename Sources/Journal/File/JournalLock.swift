import Files
import Glibc

/// The right to write to a journal: a lock on a file beside it, freed by the kernel however the process ends.
///
/// The lock file stays: removing it would let two processes hold locks on two files of the same name. It is there before the
/// journal is, and says who holds it; but a journal with several names (hard links) may have one beside each. So there is a
/// second lock, on the journal itself.
struct JournalLock: ~Copyable {
    private let descriptor: Int32
    private var journal: FileDescriptor?

    /// Takes the lock without waiting, and leaves this process's id in the file for whoever comes second.
    ///
    /// A value that is whole when its initializer throws is destroyed, so `deinit` closes the file in every case.
    ///
    /// - Parameters:
    ///   - path: The journal.
    ///   - take: How the lock is taken; tests bring a file system without locks.
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
        // Made by root beside another user's journal, it must not lock that user out for ever.
        var status = stat()
        if geteuid() == 0, stat(path, &status) == 0 { _ = fchown(descriptor, status.st_uid, status.st_gid) }
        switch take(descriptor) {
        case 0: break
        case EAGAIN, EACCES:
            throw .locked(path: path, pid: Self.readHolder(descriptor))
        case let error:
            throw Self.withoutLocks(path, SystemError(code: error))
        }
        let text = Array("\(getpid())\n".utf8)
        // The pid is a courtesy to the reader; the lock does not depend on it.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }

    /// Takes the lock on the journal itself, and keeps it open: closing it would drop the locks that SQLite has on it in this
    /// process.
    ///
    /// - Throws: `.locked` where another process came by another of its names.
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
        // Closing is not enough while a child that was just forked has yet to close its copy of the descriptor.
        if let journal {
            FileLock.release(journal.number)
            journal.close()
        }
        FileLock.release(descriptor)
        close(descriptor)
    }

    /// The process that wrote its id into a lock file; nil where none stands in it.
    static func readHolder(_ descriptor: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &text, text.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: text[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
    }
}

/// An exclusive lock on an open file, as `fcntl(2)` describes open file description locks.
///
/// Its kind was chosen because it can be asked after without being taken: asking never turns a run away that begins at
/// that moment, and the kernel answers in one step, while its list in `/proc/locks` may change as it is read.
package enum FileLock {
    // The C library shows these only to programs that ask for GNU's names; their values are part of the kernel's interface.
    private static let ask: Int32 = 36
    private static let set: Int32 = 37

    /// Takes the lock without waiting.
    ///
    /// - Parameter descriptor: A file that is open for reading and writing. The lock is the opening's: a child that
    ///   inherits it holds it too, and another opening in the same process does not.
    /// - Returns: 0, or the error: `EAGAIN` or `EACCES` where somebody else has it.
    package static func take(_ descriptor: Int32) -> Int32 {
        var request = whole(Int16(F_WRLCK))
        return fcntl(descriptor, set, &request) == 0 ? 0 : errno
    }

    /// Gives the lock back, for every copy of the descriptor.
    static func release(_ descriptor: Int32) {
        var request = whole(Int16(F_UNLCK))
        _ = fcntl(descriptor, set, &request)
    }

    /// Whether the lock is held through another opening of the file; nil where the file system can't tell.
    static func isHeldElsewhere(_ descriptor: Int32) -> Bool? {
        var request = whole(Int16(F_WRLCK))
        guard fcntl(descriptor, ask, &request) == 0 else { return nil }
        return request.l_type != Int16(F_UNLCK)
    }

    // MARK: The file itself

    /// Beyond every byte that a file has, and that SQLite locks in its own (510 from the first gibibyte on).
    private static let beyondAll = 1 << 62

    /// Takes a lock on bytes beyond the end of a file that holds data, without waiting. There are as many of them as this
    /// process's id says, which so tells others who has them.
    ///
    /// - Returns: 0, or the error: `EAGAIN` or `EACCES` where somebody else has it.
    static func takeBeyondEnd(_ descriptor: Int32) -> Int32 {
        var request = beyondEnd(Int16(F_WRLCK), length: Int(getpid()))
        return fcntl(descriptor, set, &request) == 0 ? 0 : errno
    }

    /// The process that has the lock of `takeBeyondEnd` through another opening; nil where none has.
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

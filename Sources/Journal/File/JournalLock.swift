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

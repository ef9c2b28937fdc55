import Files
package import FoundationEssentials
import Glibc
import SQLite

/// A backup in the journal's place.
package enum JournalRestoration {
    /// Checks a backup and puts it in the journal's place. The journal that was there is kept beside it.
    ///
    /// At every moment there is one whole journal under its name: either the old one with all that was noted, or the new
    /// one. A log that stayed behind would be taken for the new one's.
    ///
    /// - Returns: Where the old journal is kept; nil if there was none.
    /// - Throws: `JournalError`; `.locked` while a run holds the journal. Then nothing was changed.
    package static func restore(_ backup: String, to path: String, at now: Date) throws(JournalError) -> String? {
        guard JournalFile.exists(backup) else {
            throw .restore(path: backup, reason: "there is no such file.")
        }
        let path = try JournalFile.resolved(path)
        try JournalFile.makeDirectories(for: path)
        try JournalFile.checkNames(of: path)
        try JournalFile.checkDirectory(of: path)
        guard try JournalFile.resolved(backup) != path else {
            throw .restore(path: backup, reason: "it is the journal itself. Name a backup.")
        }
        var lock = try JournalLock(besideJournal: path)
        let old = FileDescriptor(open(path, O_RDWR | O_CLOEXEC))
        if old.number >= 0 {
            try lock.take(old, path: path)
        } else if errno != ENOENT {
            throw .unusable(path: path, reason: JournalFile.advice(for: errno, what: "it can't be opened for writing"))
        }
        let kept = try underLock(backup, to: path, keepingOld: old.number >= 0, at: now)
        // Held until here.
        _ = consume lock
        return kept
    }

    private static func underLock(
        _ backup: String,
        to path: String,
        keepingOld: Bool,
        at now: Date
    ) throws(JournalError) -> String? {
        let temporary = "\(path).restored-\(getpid())"
        do throws(JournalError) {
            try copy(backup, to: temporary, besideOld: path)
            return try exchange(path, for: temporary, keepingOld: keepingOld, at: now)
        } catch {
            JournalFile.remove(temporary)
            throw error
        }
    }

    /// Makes a checked copy, for the owner of the journal.
    private static func copy(_ backup: String, to temporary: String, besideOld path: String) throws(JournalError) {
        let faults: [String]
        do throws(JournalError) {
            let reader = try JournalReader(path: backup)
            faults = try reader.check()
            if faults.isEmpty { try reader.backup(to: temporary) }
        } catch {
            // A newer Usher's, and what SQLite says, is told as it is.
            guard case .missing = error else { throw error }
            throw .restore(path: backup, reason: "it is not a journal, or it holds nothing.")
        }
        guard faults.isEmpty else {
            let more = faults.count > 1 ? "; and \(faults.count - 1) more" : ""
            throw .restore(path: backup, reason: "it is not sound (\(faults[0])\(more)). Take another backup.")
        }
        // Root restores for the user who runs Usher.
        var status = stat()
        let owner = JournalFile.exists(path) ? path : Directory.parent(of: path)
        if geteuid() == 0, stat(owner, &status) == 0, chown(temporary, status.st_uid, status.st_gid) != 0 {
            throw .restore(path: backup, reason: "its copy can't be given to the journal's owner (\(SystemError())).")
        }
    }

    private static func exchange(
        _ path: String,
        for temporary: String,
        keepingOld: Bool,
        at now: Date
    ) throws(JournalError) -> String? {
        var kept: String?
        if keepingOld {
            let stamp = now.formatted(.iso8601).filter { $0.isLetter || $0.isNumber }
            let name = "\(path).replaced-\(stamp)"
            for suffix in ["", "-wal"] where suffix.isEmpty || JournalFile.size(of: path + suffix) > 0 {
                guard link(path + suffix, name + suffix) == 0 else {
                    throw .unusable(
                        path: path,
                        reason: JournalFile.advice(for: errno, what: "it can't be kept as \(name)")
                    )
                }
            }
            // Under both names there is one file and one log, so what the log holds reaches both.
            do throws(JournalError) {
                try emptyLog(of: path)
            } catch {
                for suffix in ["", "-wal"] { unlink(name + suffix) }
                throw error
            }
            if JournalFile.size(of: name + "-wal") == 0 { unlink(name + "-wal") }
            JournalFile.syncDirectory(of: path)
            kept = name
        }
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        guard rename(temporary, path) == 0 else {
            throw .unusable(path: path, reason: JournalFile.advice(for: errno, what: "it can't be replaced"))
        }
        JournalFile.syncDirectory(of: path)
        return kept
    }

    /// Brings all that the log holds into the file. What is too damaged for that is kept with its log.
    ///
    /// - Throws: `.unusable` if somebody is reading the journal, whose view would end.
    private static func emptyLog(of path: String) throws(JournalError) {
        let isBusy: Bool
        do {
            let connection = try Connection(path: path)
            connection.setBusyTimeout(milliseconds: 5_000)
            isBusy = try connection.statement("pragma wal_checkpoint(truncate)").first { $0.int("busy") } == 1
        } catch {
            return
        }
        guard !isBusy else {
            throw .unusable(
                path: path,
                reason: "somebody is reading it. Nothing was changed; try again when that has ended."
            )
        }
    }
}

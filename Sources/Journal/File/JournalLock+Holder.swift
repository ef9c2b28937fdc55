#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension JournalReader {
    /// The process that holds the journal for writing; nil where no run is under way.
    ///
    /// It looks and does not try the lock: even a moment's lock could turn a run away that begins just then.
    public var holder: Int32? {
        let lockPath = path + ".lock"
        var status = stat()
        guard stat(lockPath, &status) == 0, let text = try? String(contentsOfFile: lockPath, encoding: .utf8),
            let pid = Int32(text.prefix { $0 != "\n" }), pid > 0
        else { return nil }
        // The list comes in pieces, and a lock that goes between two of them may hide another: so look more than once.
        for _ in 0..<3 {
            guard let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else {
                return kill(pid, 0) == 0 || errno == EPERM ? pid : nil
            }
            if Self.isLocked(inode: UInt64(status.st_ino), by: pid, in: locks) { return pid }
        }
        return nil
    }

    /// Reads the kernel's list, `/proc/locks`: `1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF`.
    ///
    /// The device is not compared: some file systems name another one there than `stat` does.
    static func isLocked(inode: UInt64, by pid: Int32, in locks: String) -> Bool {
        locks.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", words[3] == "WRITE", words[4] == String(pid) else {
                return false
            }
            return words[5].split(separator: ":").last == Substring(String(inode))
        }
    }
}

import Glibc
import SQLite

extension JournalReader {
    /// Copies the journal as it stands at one moment, also while a run is writing to it. The copy is 0600, one file, and
    /// was read through once before it got its name; no other file is replaced.
    ///
    /// - Throws: `JournalError`; then there is no copy that could be taken for a whole one.
    package func backup(to destination: String) throws(JournalError) {
        // Said at once, and not after a large journal was copied.
        guard !JournalFile.isDirectory(destination) else {
            throw .backup(path: destination, reason: "it is a directory. Name a file in it.")
        }
        guard !JournalFile.exists(destination) else {
            throw .backup(path: destination, reason: JournalFile.taken)
        }
        let temporary = "\(destination).\(getpid()).tmp"
        do {
            try JournalFile.makeEmpty(temporary)
            try connection.backup(to: temporary)
            let copy = try Connection(path: temporary, access: .immutable)
            let verdict = try copy.statement("pragma quick_check(1)").first { row throws(SQLiteError) in row.string(0) }
            guard verdict == "ok" else {
                throw JournalError.inconsistent(
                    path: path,
                    detail: "a copy of it is damaged (\(verdict ?? "unreadable"))"
                )
            }
            try JournalFile.publish(temporary, as: destination)
        } catch {
            JournalFile.remove(temporary)
            throw Self.failure(of: error, destination: destination, journal: path)
        }
    }

    private static func failure(of error: any Error, destination: String, journal: String) -> JournalError {
        switch error {
        // The journal's own words on how to name it don't hold for a copy.
        case JournalError.unusable(_, let reason):
            return .backup(path: destination, reason: reason.replacing(" with --journal", with: ""))
        // A damaged page is the journal's own fault; all else is about the place of the copy.
        case let error as SQLiteError where error.code.primary != .corrupt:
            let advice = error.code.primary == .full ? "Make room on that disk" : "Check that disk"
            return .backup(
                path: destination,
                reason: "\(error.message), SQLite code \(error.code.rawValue). \(advice), or name another place."
            )
        default: return JournalError(error, path: journal)
        }
    }
}

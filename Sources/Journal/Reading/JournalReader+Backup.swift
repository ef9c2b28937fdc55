internal import Glibc
internal import SQLite

extension JournalReader {
    /// Copies the journal as it stands at one moment, also while a run is writing to it. The copy is 0600, one file, and
    /// was read through once before it got its name; no other file is replaced.
    ///
    /// - Throws: `JournalError`; then there is no copy that could be taken for a whole one.
    public func backup(to destination: String) throws(JournalError) {
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
            if case JournalError.unusable(temporary, let reason) = error {
                throw .unusable(path: destination, reason: reason)
            }
            // A damaged page is the journal's own fault; all else is about the place of the copy.
            let isOwn = (error as? SQLiteError)?.code.primary == .corrupt
            throw JournalError(error, path: isOwn ? path : destination)
        }
    }
}

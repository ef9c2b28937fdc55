package import SQLite

/// Why a journal operation failed.
package enum JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another run holds the journal.
    case locked(path: String, pid: Int32?)
    /// SQLite or the disk refused.
    case storage(path: String, SQLiteError)
    /// The directory or file could not be made or opened.
    case unusable(path: String, reason: String)
    /// The journal could not be copied; it is unchanged.
    case backup(path: String, reason: String)
    /// A backup could not be put in the journal's place; nothing was changed.
    case restore(path: String, reason: String)
    /// The file was written by a newer Usher.
    case newer(path: String, found: Int, known: Int)
    /// There is no journal yet.
    case missing(path: String)
    /// The journal's content contradicts itself.
    case inconsistent(path: String, detail: String)
    /// A forbidden change of state was requested.
    case illegal(String)
    /// The rows of that job were removed from the journal.
    case pruned(JobID)
    /// No job has that number.
    case noSuchJob(JobID)

    /// What happened, where, and what to do.
    package var description: String {
        switch self {
        case .locked(let path, let pid):
            let holder = pid.map { "process \($0)" } ?? "another process"
            return
                "Another run is using the journal \(path) (\(holder)). Nothing was sent. Run it again when that one has ended."
        case .storage(let path, let error):
            return "\(Self.sentence(for: error, path: path)) [\(error.message), SQLite code \(error.code.rawValue)]"
        case .unusable(let path, let reason):
            return "The journal \(path) can't be used: \(reason)"
        case .backup(let path, let reason):
            return "The backup \(path) could not be made: \(reason) The journal itself is not affected."
        case .restore(let path, let reason):
            return "\(path) can't be restored: \(reason) Nothing was changed."
        case .newer(let path, let found, let known):
            return """
                The journal \(path) was written by a newer Usher (schema \(found); this one knows \(known)) and was left \
                untouched. Install the newer Usher, or name another journal with --journal.
                """
        case .missing(let path):
            return
                "There is no journal at \(path) yet. It is made by the first `usher run`; or name another with --journal."
        case .inconsistent(let path, let detail):
            return """
                The journal \(path) contradicts itself: \(detail). Keep a copy of it, and see `usher journal check`.
                """
        case .illegal(let detail):
            return
                "The journal refused a step that must never happen: \(detail). Nothing was changed; please report this."
        case .pruned(let job):
            return "The rows of job \(job) were removed by `usher journal prune`; only its counts are left."
        case .noSuchJob(let job):
            return "There is no job \(job) in this journal. `usher status` lists the jobs."
        }
    }

    private static func sentence(for error: SQLiteError, path: String) -> String {
        switch error.code.isAboutLocks ? .lockingProtocol : error.code == .noSharedRoom ? .full : error.code.primary {
        case .full:
            "The disk that holds the journal \(path) is full. What was done is safe; make room and run it again."
        case .notADatabase:
            "\(path) is not an Usher journal. It was left untouched; name another file with --journal."
        case .corrupt:
            """
            The journal \(path) is damaged. Nothing more was sent. Keep a copy, restore the latest backup, \
            and see `usher journal check`.
            """
        case .readOnly, .permission, .cannotOpen:
            """
            The journal \(path) may not be opened or written by this user. Check the owner and the permissions of the \
            file and its directory, or name another place with --journal.
            """
        case .busy:
            "The journal \(path) is in use by another program. Close it there and run this again."
        case .lockingProtocol:
            """
            The file system that holds the journal \(path) has no working locks. Put the journal on a local disk \
            with --journal.
            """
        default:
            """
            The journal \(path) could not be read or written. What was done is safe; check the disk and run this again.
            """
        }
    }
}

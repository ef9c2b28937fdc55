internal import SQLite

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Opens the journal's file so that nobody else can read it, and with the settings that its rules rest on.
enum JournalFile {
    /// Makes missing directories (0700) and the file (0600).
    static func prepare(_ path: String) throws(JournalError) {
        try makeDirectories(for: path)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = errno
            throw .unusable(path: path, reason: advice(for: reason, what: "it can't be opened for writing"))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unusable(path: path, reason: "it is not a file. Name a file with --journal.")
        }
        // Email addresses are inside: an earlier, wider mode (a copy, a restore) is narrowed.
        if status.st_mode & 0o077 != 0, fchmod(descriptor, 0o600) != 0 {
            throw .unusable(
                path: path,
                reason: "others may read it, and this user may not change that. Run `chmod 600` on it as its owner."
            )
        }
    }

    /// Opens the database for the one writer.
    static func openForWriting(_ path: String, vfs: String?) throws -> Connection {
        let connection = try Connection(path: path, vfs: vfs)
        connection.setBusyTimeout(milliseconds: 5_000)
        try connection.execute(
            """
            pragma journal_mode = wal;
            pragma synchronous = full;
            pragma foreign_keys = on;
            pragma trusted_schema = off;
            pragma temp_store = memory;
            """
        )
        try connection.migrate(Schema.migrations)
        return connection
    }

    /// Opens the database for looking only.
    static func openForReading(_ path: String) throws -> Connection {
        let connection = try Connection(path: path, access: .readOnly)
        connection.setBusyTimeout(milliseconds: 5_000)
        try connection.execute("pragma trusted_schema = off; pragma temp_store = memory;")
        try connection.version(atMost: Schema.migrations)
        return connection
    }

    /// Makes an empty file (0600) that was not there before.
    static func makeEmpty(_ path: String) throws(JournalError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = errno
            guard reason != EEXIST else {
                throw .unusable(path: path, reason: "there is a file of that name already. Name another.")
            }
            throw .unusable(path: path, reason: advice(for: reason, what: "it can't be made"))
        }
        close(descriptor)
    }

    /// Removes a file that is of no use.
    static func remove(_ path: String) {
        unlink(path)
    }

    private static func makeDirectories(for path: String) throws(JournalError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let directory = String(path[..<slash])
        var status = stat()
        if stat(directory, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw .unusable(
                    path: path,
                    reason: "\(directory) is not a directory. Name another place with --journal."
                )
            }
            return
        }
        try makeDirectories(for: directory)
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            let reason = errno
            throw .unusable(path: path, reason: advice(for: reason, what: "the directory \(directory) can't be made"))
        }
    }

    private static func advice(for code: Int32, what: String) -> String {
        let reason = String(cString: strerror(code))
        return switch code {
        case EACCES, EPERM, EROFS:
            "\(what) (\(reason)). Check its permissions, or name a place where this user may write with --journal."
        case ENOSPC, EDQUOT:
            "\(what) (\(reason)). Make room on that disk and run it again."
        case EISDIR:
            "it is a directory. Name a file with --journal, for example \"journal.db\" in it."
        default:
            "\(what) (\(reason)). Name another place with --journal."
        }
    }
}

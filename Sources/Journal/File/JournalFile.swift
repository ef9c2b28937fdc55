import Files
import Glibc
import SQLite

/// The journal's file and its directory: made so that no other user can read or replace them, and so that they survive
/// a power cut.
enum JournalFile {
    /// The suffixes of what SQLite and the lock may put beside a journal.
    private static let companions = ["-wal", "-shm", "-journal", ".lock"]

    /// Where a journal really is, so that it has one lock and one log, whichever link names it.
    ///
    /// - Throws: `.unusable` for a dangling link: its future target can't be locked yet.
    static func resolved(_ path: String) throws(JournalError) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
            throw .unusable(path: path, reason: "it is a link that leads nowhere. Name the file itself with --journal.")
        }
        return path
    }

    /// Makes missing directories (0700).
    static func makeDirectories(for path: String) throws(JournalError) {
        let directory = Directory.parent(of: path)
        guard directory != "/" else { return }
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
            throw .unusable(path: path, reason: advice(for: errno, what: "the directory \(directory) can't be made"))
        }
        syncDirectory(of: directory)
    }

    /// Refuses a journal's unused name if it has another (a hard link): SQLite keeps the log beside the name, so what
    /// is written under one would not be seen under the other.
    ///
    /// - Throws: `.locked` if a run is using it by the other name, else `.unusable`.
    static func checkNames(of path: String) throws(JournalError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink > 1,
            !exists(path + ".lock")
        else { return }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        let holder = descriptor < 0 ? nil : FileLock.holderBeyondEnd(descriptor)
        if descriptor >= 0 { close(descriptor) }
        if let holder { throw .locked(path: path, pid: holder) }
        throw .unusable(
            path: path,
            reason: """
                it has \(status.st_nlink) names (hard links), and what is noted under one is not seen under another. Name the \
                one that other runs use with --journal, or remove it: find -samefile tells them.
                """
        )
    }

    /// Makes a missing file (0600), or checks an existing one: that it is a file, belongs to this user, is unreadable
    /// to others (its mode is narrowed if need be), and can't be replaced by another user.
    ///
    /// - Returns: The file, which the caller must close.
    static func prepare(_ path: String) throws(JournalError) -> FileDescriptor {
        try checkDirectory(of: path)
        var descriptor = open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT {
            descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            // If a power cut loses the name, the whole journal is lost.
            if descriptor >= 0 { syncDirectory(of: path) }
        }
        guard descriptor >= 0 else {
            throw .unusable(path: path, reason: advice(for: errno, what: "it can't be opened for writing"))
        }
        do throws(JournalError) {
            try check(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        return FileDescriptor(descriptor)
    }

    private static func check(_ descriptor: Int32, _ path: String) throws(JournalError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unusable(path: path, reason: "it is not a file. Name a file with --journal.")
        }
        guard status.st_uid == geteuid() || geteuid() == 0 else {
            throw .unusable(
                path: path,
                reason: """
                    it belongs to another user (number \(status.st_uid)). Run Usher as that user, or name another file with \
                    --journal.
                    """
            )
        }
        // It holds email addresses: narrow a wider mode left by a copy or a restore.
        if status.st_mode & 0o077 != 0, fchmod(descriptor, 0o600) != 0 {
            throw .unusable(
                path: path,
                reason: "others may read it, and this user may not change that. Run `chmod 600` on it as its owner."
            )
        }
        try checkCompanions(of: path, owner: status.st_uid)
        // SQLite would take the file for a new one and discard the log.
        if status.st_size == 0, size(of: path + "-wal") > 0 {
            throw .unusable(
                path: path,
                reason: """
                    it is empty, but its log \(path)-wal is not: it was emptied or moved by something else. Keep both, and \
                    restore the latest backup.
                    """
            )
        }
    }

    /// Makes a new, empty file (0600).
    static func makeEmpty(_ path: String) throws(JournalError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            guard errno != EEXIST else { throw .unusable(path: path, reason: taken) }
            throw .unusable(path: path, reason: advice(for: errno, what: "it can't be made"))
        }
        close(descriptor)
    }

    /// Gives a finished file its name, unless another file has it already.
    static func publish(_ temporary: String, as path: String) throws(JournalError) {
        if link(temporary, path) == 0 {
            unlink(temporary)
        } else if errno == EEXIST || exists(path) {
            throw .unusable(path: path, reason: taken)
        } else if rename(temporary, path) != 0 {
            // Memory sticks and some network disks have no hard links; only then is renaming tried.
            throw .unusable(path: path, reason: advice(for: errno, what: "it can't be made"))
        }
        syncDirectory(of: path)
    }

    /// Removes a useless file, and what SQLite put beside it.
    static func remove(_ path: String) {
        for suffix in [""] + companions { unlink(path + suffix) }
    }

    /// Whether a file exists; also true if this user may not look.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR) }

    /// Whether the path is a directory.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Checks that neither a file nor what SQLite opens beside it is a pipe, which would block.
    static func checkKind(of path: String) throws(JournalError) {
        for file in [path] + companions.map({ path + $0 }) {
            var status = stat()
            guard stat(file, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { continue }
            throw .unusable(path: path, reason: "\(file) is not a file. Name a file with --journal.")
        }
    }

    /// Whether this user may read a file but not create one beside it.
    static func isInReadOnlyDirectory(_ path: String) -> Bool {
        access(path, R_OK) == 0 && access(Directory.parent(of: path), W_OK | X_OK) != 0
    }

    /// The size of a file in bytes; 0 if there is none.
    static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// What happened and what to do, for an error number of the operating system.
    static func advice(for code: Int32, what: String) -> String {
        let reason = SystemError(code: code).description
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

    static let taken = "there is a file of that name already. Name another."

    /// Refuses a directory that everybody may write to: any user could put their own log beside the journal.
    static func checkDirectory(of path: String) throws(JournalError) {
        var status = stat()
        let directory = Directory.parent(of: path)
        guard stat(directory, &status) == 0, status.st_mode & S_IWOTH != 0 else { return }
        throw .unusable(
            path: path,
            reason: """
                everybody may write into \(directory), and so could tamper with it. Name a place in a directory of its own \
                with --journal.
                """
        )
    }

    private static func checkCompanions(of path: String, owner: uid_t) throws(JournalError) {
        for companion in companions.map({ path + $0 }) {
            var status = stat()
            guard lstat(companion, &status) == 0 else { continue }
            guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == owner || status.st_uid == geteuid() else {
                throw .unusable(
                    path: path,
                    reason: "\(companion) beside it is not a file of its owner. Find out who put it there."
                )
            }
        }
    }

    /// If a directory can't be flushed, its entries reach the disk later; nothing better can be done.
    static func syncDirectory(of path: String) {
        let handle = open(Directory.parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }
}

extension JournalFile {
    /// The size in bytes to which a longer log is cut back, for example after a large spreadsheet was read.
    static let logLimit = 16 * 1024 * 1024

    /// Opens the database for its only writer, with the settings on which the journal's rules depend.
    static func openForWriting(_ path: String, vfs: String?) throws -> Connection {
        let connection = try Connection(path: path, vfs: vfs)
        connection.setBusyTimeout(milliseconds: 5_000)
        try connection.execute(
            """
            pragma synchronous = full;
            pragma foreign_keys = on;
            pragma trusted_schema = off;
            pragma temp_store = memory;
            pragma journal_size_limit = \(logLimit);
            """
        )
        // A file of another program or a newer Usher must not be changed, and the next step would change it.
        _ = try isEmpty(connection)
        let mode = try connection.statement("pragma journal_mode = wal").first { $0.string("journal_mode") }
        guard mode == "wal" else {
            throw JournalError.unusable(
                path: path,
                reason: "its file system can't do what a journal needs (WAL). Put it on a local disk with --journal."
            )
        }
        try connection.migrate(Schema.migrations)
        // Known to this connection alone: whatever happens to the process, the next one holds nothing back.
        try connection.execute("create temp table held_back (id integer primary key)")
        return connection
    }

    /// Opens the database for reading only.
    static func openForReading(_ path: String) throws -> Connection {
        try checkKind(of: path)
        try checkNames(of: path)
        do {
            return try openForReading(path, as: .readOnly)
        } catch let error as SQLiteError where error.code == .needsRollback {
            // A journal has a write-ahead log from the start, so this one was not finished when its run was killed. The
            // next run makes it.
            throw JournalError.missing(path: path)
        } catch let error as SQLiteError
            where [.cannotOpen, .readOnly].contains(error.code.primary) && isInReadOnlyDirectory(path)
        {
            // A database with a log needs files beside it. If none can be made, none of this user's runs can write
            // either, and the file alone is enough unless a log was left.
            guard size(of: path + "-wal") == 0 else {
                throw JournalError.unusable(
                    path: path,
                    reason: """
                        its latest changes are in \(path)-wal, and reading them needs a directory that this user may write \
                        to. Copy both files into one.
                        """
                )
            }
            return try openForReading(path, as: .immutable)
        }
    }

    private static func openForReading(_ path: String, as access: Connection.Access) throws -> Connection {
        let connection = try Connection(path: path, access: access)
        connection.setBusyTimeout(milliseconds: 5_000)
        try connection.execute("pragma trusted_schema = off; pragma temp_store = memory;")
        // A run that was killed before it made its tables left nothing to read.
        guard try !isEmpty(connection) else { throw JournalError.missing(path: path) }
        return connection
    }

    /// Whether the database is still empty.
    ///
    /// - Throws: `SchemaIsNewer`, `JournalError` if it is another program's, or `SQLiteError`.
    private static func isEmpty(_ connection: Connection) throws -> Bool {
        let version = try connection.version(atMost: Schema.migrations)
        let tables = try Set(
            connection.statement("select name from sqlite_master where type = 'table'").all { $0.string("name") }
        )
        let isEmpty = version == 0 && tables.isEmpty
        guard isEmpty || version > 0 && tables.isSuperset(of: ["job", "batch", "decision"]) else {
            throw JournalError.unusable(
                path: connection.path,
                reason: "it is another program's database. It was left untouched; name another file with --journal."
            )
        }
        return isEmpty
    }
}

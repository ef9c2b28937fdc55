import Decisions
import Dispatch
import SQLite

/// The only place for state: jobs, decisions, batches and attempts in an SQLite file.
///
/// Only one process writes to a journal at a time, which `init` ensures. Every public method is one of the journal's
/// few transitions, and is durable when it returns. After the first failure nothing more is written: the caller must
/// stop sending.
package actor Journal {
    /// The file.
    package nonisolated let path: String
    let connection: Connection
    private var lock: JournalLock
    private let executor = JournalExecutor()

    /// Set by the first failure.
    private var failure: JournalError?
    private var waiting: [GroupEntry] = []
    private var isGathering = false
    /// Whether what is written is kept only once `keepDraft()` is called. Nothing may be sent meanwhile.
    private(set) var isDraft = false
    let targets: TargetTable
    let jobTable: JobTable
    let batches: BatchTable
    let attempts: AttemptTable

    var history: DecisionHistory { DecisionHistory(connection: connection, targets: targets) }
    var sightings: Sightings { Sightings(connection: connection) }

    /// Runs on a thread of its own, because it waits for the disk.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the journal for writing; makes it if it is missing.
    ///
    /// - Parameters:
    ///   - path: The file. Its directories are made (0700), and the file is kept at 0600.
    ///   - vfs: A registered SQLite VFS to use instead of the system's; tests inject faults with one.
    /// - Throws: `JournalError`; `.locked` when another process is writing.
    package init(path: String, vfs: String? = nil) throws(JournalError) {
        let path = try JournalFile.resolved(path)
        self.path = path
        try JournalFile.makeDirectories(for: path)
        // Must come before the file is opened: closing it would drop the locks of another journal in this process.
        try JournalFile.checkNames(of: path)
        lock = try JournalLock(besideJournal: path)
        try lock.take(JournalFile.prepare(path), path: path)
        do {
            connection = try JournalFile.openForWriting(path, vfs: vfs)
        } catch {
            throw JournalError(error, path: path)
        }
        targets = TargetTable(connection)
        jobTable = JobTable(connection)
        batches = BatchTable(connection, targets)
        attempts = AttemptTable(connection, targets)
    }

    /// Makes a draft of everything that is written from now on: it is kept as a whole by `keepDraft()`, or not at all,
    /// even if this process is killed. Readers don't see it.
    package func beginDraft() throws(JournalError) {
        if let failure { throw failure }
        do { try connection.execute("begin immediate") } catch { throw fail(with: error) }
        isDraft = true
    }

    /// Keeps a draft, durably. Without one, does nothing.
    package func keepDraft() throws(JournalError) {
        guard isDraft else { return }
        if let failure { throw failure }
        do { try connection.execute("commit") } catch { throw fail(with: error) }
        isDraft = false
    }

    /// Forgets a draft, so that the journal is as it was before.
    ///
    /// - Returns: Whether there was one.
    package func dropDraft() -> Bool {
        guard isDraft else { return false }
        isDraft = false
        // After a failure SQLite has often done so by itself.
        try? connection.execute("rollback")
        batches.forget()
        targets.forget()
        jobTable.forget()
        return true
    }

    /// Reads the journal with its draft, as a reader does without.
    package func read<Result: Sendable>(
        _ body: @Sendable (JournalReader) throws -> Result
    ) throws(JournalError) -> Result {
        try looking { try body(JournalReader(path: path, on: connection)) }
    }

    /// Runs `body` in a transaction of its own. If it throws, nothing was changed.
    func alone<Result>(_ body: () throws -> Result) throws(JournalError) -> Result {
        do { return try transaction(body) } catch { throw JournalError(error, path: path) }
    }

    /// The same for a body with errors of its own, which it throws as they are.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        if let failure { throw failure }
        do {
            return try connection.transaction {
                let result = try body()
                try batches.writeCounts()
                return result
            }
        } catch {
            batches.forget()
            targets.forget()
            jobTable.forget()
            switch error {
            case JournalError.noSuchJob, JournalError.pruned: throw error
            case is SQLiteError, is JournalError: throw fail(with: error)
            default: throw error
            }
        }
    }

    /// Reads something to act on: if that fails, nothing more is written.
    func reading<Result>(_ body: () throws -> Result) throws(JournalError) -> Result {
        do { return try body() } catch { throw fail(with: error) }
    }

    /// Reads something only to report it.
    func looking<Result>(_ body: () throws -> Result) throws(JournalError) -> Result {
        do { return try body() } catch { throw JournalError(error, path: path) }
    }

    /// Runs `body` in a transaction together with all others that are waiting: one disk flush serves them all. Returns
    /// when it is durable.
    func grouped<Result>(_ body: @escaping () throws -> Result) async throws(JournalError) -> Result {
        if let failure { throw failure }
        var result: Result?
        let entry = GroupEntry { result = try body() }
        waiting.append(entry)
        if isGathering {
            await withCheckedContinuation { entry.waiter = $0 }
        } else {
            isGathering = true
            // Lets every call that is already queued on this actor join the group.
            await Task.yield()
            isGathering = false
            commitWaiting()
        }
        if let error = entry.error { throw error }
        guard let result else { throw .illegal("a group of changes was committed without one of its members") }
        return result
    }

    private func commitWaiting() {
        let group = waiting
        waiting = []
        do {
            if let failure { throw failure }
            try connection.transaction {
                for entry in group { try entry.operation() }
                try batches.writeCounts()
            }
        } catch {
            let failure = fail(with: error)
            for entry in group { entry.error = failure }
        }
        for entry in group { entry.waiter?.resume() }
    }

    /// Remembers the first failure, after which nothing more is written.
    func fail(with error: any Error) -> JournalError {
        let error = JournalError(error, path: path)
        if failure == nil { failure = error }
        return error
    }

    /// One caller's part of a group commit.
    private final class GroupEntry {
        let operation: () throws -> Void
        var waiter: CheckedContinuation<Void, Never>?
        var error: JournalError?

        init(_ operation: @escaping () throws -> Void) {
            self.operation = operation
        }
    }
}

extension JournalError {
    /// Converts any error of the layers below.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as JournalError: self = error
        case let error as SQLiteError: self = .storage(path: path, error)
        case let error as SchemaIsNewer: self = .newer(path: path, found: error.found, known: error.known)
        default: self = .unusable(path: path, reason: String(describing: error))
        }
    }
}

/// Runs the journal on a thread of its own, first come, first served.
///
/// Waiting for a disk blocks a thread; on Swift's shared pool, which has as many threads as cores, it would block
/// requests too. The queue sets no quality of service: on Linux that is a thread's nice value, which only root may
/// improve, and libdispatch writes to the system log when it may not.
final class JournalExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "usher.journal")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

import Dispatch

/// Runs the journal on a thread of its own, first come, first served.
///
/// Waiting for a disk blocks a thread; on Swift's shared pool, which has as many threads as cores, it would block
/// requests too.
final class JournalExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "usher.journal", qos: .userInitiated)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

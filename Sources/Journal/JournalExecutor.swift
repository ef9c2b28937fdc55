import Dispatch

/// Runs the journal on a thread of its own, first come, first served.
///
/// Waiting for a disk blocks a thread; on Swift's shared pool, which has as many threads as cores, it would block
/// requests too. The queue asks for no quality of service: on Linux that is a thread's nice value, which only root may
/// better, and libdispatch writes to the system's log when it may not.
final class JournalExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "usher.journal")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

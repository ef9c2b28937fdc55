import Dispatch
import Foundation
import Synchronization

@testable import Sending

/// A clock, and the only thread of whoever runs on it: as soon as everybody waits, it is as late as the first of them waits
/// for. So hours pass at once, and in the same order each time.
final class VirtualTime: RunClock, TaskExecutor {
    private struct Sleeper {
        let until: Duration
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var elapsed = Duration.zero
        var jobs = 0
        var count = 0
        var sleepers: [Int: Sleeper] = [:]
    }

    private let queue = DispatchQueue(label: "virtual time")
    private let state = Mutex(State())

    func elapsed() -> Duration { state.withLock { $0.elapsed } }
    func date() -> Date { Some.date.addingTimeInterval(elapsed() / .seconds(1)) }

    func sleep(until moment: Duration) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || moment <= state.elapsed { return true }
                    state.sleepers[number] = Sleeper(until: moment, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume()
        }
        try Task.checkCancellation()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs += 1 }
        queue.async { [self] in
            job.runSynchronously(on: asUnownedTaskExecutor())
            letTimePass()
        }
    }

    private func letTimePass() {
        let first = state.withLock { state -> Sleeper? in
            state.jobs -= 1
            guard state.jobs == 0,
                let first = state.sleepers.min(by: { ($0.value.until, $0.key) < ($1.value.until, $1.key) })
            else { return nil }
            state.elapsed = first.value.until
            return state.sleepers.removeValue(forKey: first.key)
        }
        first?.continuation.resume()
    }
}

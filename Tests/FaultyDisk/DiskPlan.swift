import CSQLite
import Synchronization

/// What a faulty disk is to do, shared between the test and SQLite's calls.
final class DiskPlan: Sendable {
    struct State {
        var counted = FaultyCalls.changing
        var calls = 0
        var failAt = Int.max
        var fault = Fault.ioError
        var lasts = false
        var flushes = 0
        var flushDelay: Duration = .zero
        var flushesForReal = true
        var refusesLocks = false
    }

    let state = Mutex(State())
    /// Whether WAL is possible at all.
    let hasSharedMemory: Bool

    init(hasSharedMemory: Bool) {
        self.hasSharedMemory = hasSharedMemory
    }

    /// The result code that the next call must return; nil to let it through.
    func next(_ kind: FaultyCalls, ioCode: Int32) -> Int32? {
        state.withLock { state in
            guard kind == state.counted else { return nil }
            state.calls += 1
            guard state.calls == state.failAt || (state.lasts && state.calls > state.failAt) else { return nil }
            return state.fault.code(ioCode: ioCode)
        }
    }

    /// Counts a flush, and says how long it takes and whether it is passed on.
    func nextFlush() -> (delay: Duration, isReal: Bool) {
        state.withLock { state in
            state.flushes += 1
            return (state.flushDelay, state.flushesForReal)
        }
    }

    var refusesLocks: Bool { state.withLock { $0.refusesLocks } }
}

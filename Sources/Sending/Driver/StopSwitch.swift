import Synchronization

/// Asks a run to stop, from anywhere: a signal handler's task, a test.
package final class StopSwitch: Sendable {
    private struct State {
        var isOn = false
        var number = 0
        var listeners: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Whether it was asked.
    package var isOn: Bool { state.withLock { $0.isOn } }

    /// Asks to stop. Once is enough.
    package func turnOn() {
        let listeners = state.withLock { state in
            state.isOn = true
            defer { state.listeners = [:] }
            return state.listeners.values.map(\.self)
        }
        for listener in listeners { listener.resume() }
    }

    /// Returns when it is asked, or when the task is cancelled.
    func wait() async {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isOn || Task.isCancelled { return true }
                    state.listeners[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.listeners.removeValue(forKey: number) }?.resume()
        }
    }
}

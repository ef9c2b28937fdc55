import Sending
import Synchronization

/// How far a run is, which decides what a signal does to it; and the switch by which it is asked to stop.
final class RunStop: Sendable {
    /// The parts of a run, in their order.
    enum Phase: Sendable {
        /// Spreadsheets are read. Nothing was sent, and what is half read is not kept.
        case reading
        /// Requests are sent.
        case sending
        /// Results are written, which does not take long.
        case closing
        /// The end is noted in the journal; only others are still told.
        case ended(ExitStatus)
    }

    /// What sending listens to.
    let sending = StopSwitch()
    private let state: Mutex<Phase>

    /// Nobody has asked yet.
    init(_ phase: Phase) {
        state = Mutex(phase)
    }

    var phase: Phase { state.withLock { $0 } }

    /// Goes on to the next part.
    func enter(_ phase: Phase) { state.withLock { $0 = phase } }
}

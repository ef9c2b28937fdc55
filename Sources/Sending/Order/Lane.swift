import Decisions
import Journal

/// One meeting's or webinar's batches, in the order in which they are sent.
///
/// What must be sent again comes before what has not been sent yet, and of that cancels and denials before approvals, so
/// that the seats that they free can be taken.
struct Lane: Sendable {
    struct Entry: Sendable {
        enum State: Sendable {
            /// Its intent is not on disk.
            case waiting
            /// Its intent is being written.
            case beginning
            /// It may be sent.
            case ready(Shipment)
        }

        var parcel: Parcel
        var state = State.waiting

        var isWaiting: Bool {
            if case .waiting = state { true } else { false }
        }

        var isBeginning: Bool {
            if case .beginning = state { true } else { false }
        }

        var shipment: Shipment? {
            if case .ready(let shipment) = state { shipment } else { nil }
        }
    }

    /// The meeting or webinar, without occurrence.
    let target: Target
    /// The last one is next: both ends of the work are at the array's end.
    var queue: [Entry] = []
    var inFlight = 0
    /// Answered, and may come back to the front when the journal has it.
    var returning = 0
    /// Halves that wait for the answer about the other half.
    var halves = 0
    /// Nothing leaves before, because something failed.
    var heldUntil: Duration = .zero
    /// Being failed or put off as a whole.
    var isClosing = false
    /// Something of it was applied in this run.
    var isProven = false
    /// It may be refused as a whole, so that nothing is sent beside something else.
    var isCareful = false
    /// Seconds that an answer takes, on average; nil before the first.
    private(set) var latency: Double?
    /// Tells entries of heaps that were made before the last change.
    var version: UInt32 = 0
    /// What this lane adds to the scheduler's stock.
    var stock = 0

    init(_ target: Target) {
        self.target = target
    }

    /// Batches that are still to be settled in this run.
    var remaining: Int { queue.count + inFlight + returning + halves }

    mutating func noteLatency(_ seconds: Double) {
        latency = latency.map { $0 + (seconds - $0) / 8 } ?? seconds
    }

    /// How many requests may be under way, of those that are allowed to a meeting.
    func width(of width: Int) -> Int {
        isCareful ? 1 : isProven ? width : min(width, Sampling.firstWidth)
    }

    /// Whether the next entry could leave now but for the rate.
    func maySend(at now: Duration, width: Int) -> Bool {
        !isClosing && returning == 0 && inFlight < self.width(of: width) && heldUntil <= now
            && queue.last?.shipment != nil
    }

    /// The entry to begin next, counted from the end; nil if there is none.
    func preparable(at now: Duration, width: Int) -> Int? {
        guard !isClosing, returning == 0, heldUntil <= now else { return nil }
        return (0..<min(self.width(of: width), queue.count)).first { queue[queue.count - 1 - $0].isWaiting }
    }

    func index(of batch: BatchID) -> Int? {
        queue.lastIndex { $0.parcel.id == batch }
    }
}

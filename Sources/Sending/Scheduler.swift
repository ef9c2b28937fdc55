import Decisions
import Journal

/// Chooses which batch to begin next and which to send next.
///
/// At most `width` requests of one meeting are in flight. Of the meetings that may send, the one with the most work
/// left (batches times the time an answer takes) comes first: it decides when the run ends, and the short ones fit
/// around it. Intents are written ahead, so that a request need not wait for a disk flush: for the next batch of each
/// meeting with a request in flight, and for a stock of batches that could leave at once.
struct Scheduler: Sendable {
    struct Choice: Sendable {
        let lane: Int
        let batch: BatchID
        /// Whether the run would end later if this batch waited.
        let isUrgent: Bool
    }

    private struct Candidate: Sendable {
        let lane: Int
        let version: UInt32
        let work: Double

        static func precedes(_ one: Candidate, _ other: Candidate) -> Bool {
            one.work != other.work ? one.work > other.work : one.lane < other.lane
        }
    }

    private struct Held: Sendable {
        let lane: Int
        let version: UInt32
        let until: Duration
    }

    let width: Int
    private(set) var lanes: [MeetingQueue] = []
    private var numbers: [Target: Int] = [:]
    private var sendable = Heap<Candidate>(by: Candidate.precedes)
    /// Lanes with a request in flight whose next batch is not begun.
    private var following = Heap<Candidate>(by: Candidate.precedes)
    /// Lanes without a request in flight whose next batch is not begun.
    private var idle = Heap<Candidate>(by: Candidate.precedes)
    private var held = Heap<Held> { $0.until < $1.until }
    /// Batches begun, or being begun, that could leave at once.
    private(set) var stock = 0
    /// Batches not settled yet.
    private(set) var remaining = 0
    private var latency = 0.3
    /// Whether a single lane decides when the run ends.
    private(set) var hasCriticalLane = false
    private var sinceScan = Int.max

    init(width: Int) {
        self.width = width
    }

    /// The number of a target's lane; adds the lane if needed.
    mutating func lane(of target: Target) -> Int {
        let whole = target.whole
        if let number = numbers[whole] { return number }
        numbers[whole] = lanes.count
        lanes.append(MeetingQueue(whole))
        return lanes.count - 1
    }

    /// Changes a lane, and updates everything that depends on it.
    mutating func change(_ number: Int, at now: Duration, _ body: (inout MeetingQueue) -> Void) {
        let (before, inFlight) = (lanes[number].remaining, lanes[number].inFlight)
        body(&lanes[number])
        remaining += lanes[number].remaining - before
        if lanes[number].inFlight > inFlight { sinceScan += 1 }
        refresh(number, at: now)
    }

    /// Adds batches behind all others of their meetings, in order; but each meeting's approvals come last, so that they
    /// find the seats that the rest frees.
    mutating func add(_ batches: [(lane: Int, entry: MeetingQueue.Entry)], at now: Duration) {
        var touched: [Int: [MeetingQueue.Entry]] = [:]
        for (lane, entry) in batches { touched[lane, default: []].append(entry) }
        for number in touched.keys.sorted() {
            change(number, at: now) { lane in
                // Removed to save memory: there may be 200,000 lanes.
                let queue = (touched.removeValue(forKey: number) ?? []).reversed() + lane.queue
                lane.queue = queue.filter { $0.action == .approve } + queue.filter { $0.action != .approve }
            }
        }
    }

    /// Records how long an answer took.
    mutating func noteLatency(_ duration: Duration, in number: Int) {
        latency += (duration.inSeconds - latency) / 16
        lanes[number].noteLatency(duration.inSeconds)
    }

    /// The batches to begin now, so that `lookahead` batches could leave at once. They count as begun.
    mutating func prepare(lookahead: Int, at now: Duration) -> [BatchID] {
        wake(at: now)
        var batches: [BatchID] = []
        while let number = Self.popValid(&following, among: lanes) { begin(number, &batches, at: now) }
        while stock < lookahead, let number = Self.popValid(&idle, among: lanes) { begin(number, &batches, at: now) }
        return batches
    }

    private mutating func begin(_ number: Int, _ batches: inout [BatchID], at now: Duration) {
        let width = width
        change(number, at: now) { lane in
            guard let back = lane.preparable(at: now, width: width) else { return }
            let index = lane.queue.count - 1 - back
            lane.queue[index].intent = .changing
            batches.append(lane.queue[index].batch)
        }
    }

    /// The batch that should leave next, the rate permitting.
    ///
    /// - Parameter rate: Requests per second that may leave.
    mutating func next(rate: Double, at now: Duration) -> Choice? {
        wake(at: now)
        while let first = sendable.first {
            let lane = lanes[first.lane]
            guard lane.version == first.version, lane.maySend(at: now, width: width), let next = lane.queue.last else {
                sendable.pop()
                continue
            }
            findCriticalLanes(rate: rate)
            return Choice(
                lane: first.lane,
                batch: next.batch,
                isUrgent: hasCriticalLane && isCritical(lane, rate: rate)
            )
        }
        return nil
    }

    /// When the first lane that waits after a failure may continue.
    mutating func nextHeld() -> Duration? {
        while let first = held.first {
            if lanes[first.lane].version == first.version { return first.until }
            held.pop()
        }
        return nil
    }

    private mutating func wake(at now: Duration) {
        while let first = held.first, first.until <= now {
            held.pop()
            if lanes[first.lane].version == first.version { refresh(first.lane, at: now) }
        }
    }

    private func work(_ lane: MeetingQueue) -> Double {
        Double(lane.remaining) * (lane.latency ?? latency) / Double(width)
    }

    private func isCritical(_ lane: MeetingQueue, rate: Double) -> Bool {
        work(lane) >= 0.9 * Double(remaining) / rate
    }

    private mutating func findCriticalLanes(rate: Double) {
        guard sinceScan >= max(32, lanes.count / 8) else { return }
        sinceScan = 0
        // If only one lane is left, there is nothing to make room for.
        hasCriticalLane = lanes.contains { $0.remaining < remaining && isCritical($0, rate: rate) }
    }

    private static func popValid(_ heap: inout Heap<Candidate>, among lanes: [MeetingQueue]) -> Int? {
        while let candidate = heap.pop() {
            if lanes[candidate.lane].version == candidate.version { return candidate.lane }
        }
        return nil
    }

    private mutating func refresh(_ number: Int, at now: Duration) {
        lanes[number].version &+= 1
        let lane = lanes[number]
        // Entries behind one whose intent is not written can't leave.
        let width = lane.width(of: width)
        let begun = lane.queue.suffix(width).reversed().prefix { $0.intent != .missing }.count
        let ready = lane.isClosing || lane.returning > 0 ? 0 : min(begun, max(0, width - lane.inFlight))
        stock += ready - lane.stock
        lanes[number].stock = ready
        guard !lane.queue.isEmpty else { return }
        if lane.heldUntil > now {
            held.push(Held(lane: number, version: lane.version, until: lane.heldUntil))
            return
        }
        let candidate = Candidate(lane: number, version: lane.version, work: work(lane))
        if lane.maySend(at: now, width: width) { sendable.push(candidate) }
        if lane.preparable(at: now, width: width) != nil {
            if lane.inFlight >= width { following.push(candidate) } else { idle.push(candidate) }
        }
    }
}

/// One meeting's or webinar's batches, in sending order: an index of the dispatcher's batches.
///
/// Batches to send again come before unsent ones, and of the unsent ones cancels and denials come before approvals, so
/// that approvals can take the seats they free.
struct MeetingQueue: Sendable {
    /// Whether a batch's intent is on disk.
    enum Intent: Sendable {
        case missing
        /// It is being written, or taken back to be written again.
        case changing
        /// It is on disk: the batch may be sent.
        case ready
    }

    struct Entry: Sendable {
        let batch: BatchID
        let action: Action
        var intent = Intent.missing
    }

    /// How a meeting counts a batch.
    enum Share: Sendable, Equatable {
        /// Not work for this run, or not now.
        case none
        case queued(Intent)
        case inFlight
        /// Answered; may come back to the front once the journal has recorded it.
        case returning
        /// A half that waits for the other half's answer.
        case half
    }

    /// The meeting or webinar, without occurrence.
    let target: Target
    /// The last one is next: both ends of the work are at the array's end.
    var queue: [Entry] = []
    private(set) var inFlight = 0
    private(set) var returning = 0
    private(set) var halves = 0
    /// After a failure, nothing leaves before this moment.
    var heldUntil: Duration = .zero
    /// Being failed or deferred as a whole.
    var isClosing = false
    /// Something in it was applied in this run.
    var isProven = false
    /// It may be refused as a whole, so only one request is in flight at a time.
    var isCareful = false
    /// Seconds that an answer takes, on average; nil before the first.
    private(set) var latency: Double?
    /// Identifies heap entries made before the last change.
    var version: UInt32 = 0
    /// What this lane adds to the scheduler's stock.
    var stock = 0

    init(_ target: Target) {
        self.target = target
    }

    /// Batches still to be settled in this run.
    var remaining: Int { queue.count + inFlight + returning + halves }

    /// Moves a batch from one share to another. A batch that enters the queue is next.
    mutating func move(_ batch: BatchID, _ action: Action, from old: Share, to new: Share) {
        if case .queued = old, let index = queue.lastIndex(where: { $0.batch == batch }) {
            if case .queued(let intent) = new {
                queue[index].intent = intent
                return
            }
            queue.remove(at: index)
        }
        count(old, -1)
        count(new, 1)
        if case .queued(let intent) = new { queue.append(Entry(batch: batch, action: action, intent: intent)) }
    }

    private mutating func count(_ share: Share, _ change: Int) {
        switch share {
        case .none, .queued: break
        case .inFlight: inFlight += change
        case .returning: returning += change
        case .half: halves += change
        }
    }

    /// Moves a queued batch to the front.
    mutating func bringForward(_ batch: BatchID) {
        guard let index = queue.lastIndex(where: { $0.batch == batch }) else { return }
        queue.append(queue.remove(at: index))
    }

    mutating func noteLatency(_ seconds: Double) {
        latency = latency.map { $0 + (seconds - $0) / 8 } ?? seconds
    }

    /// How many requests of this meeting may be in flight, given the most for any meeting.
    func width(of width: Int) -> Int {
        isCareful ? 1 : isProven ? width : min(width, Sampling.firstWidth)
    }

    /// Whether the next entry could leave now, apart from the rate.
    func maySend(at now: Duration, width: Int) -> Bool {
        !isClosing && returning == 0 && inFlight < self.width(of: width) && heldUntil <= now
            && queue.last?.intent == .ready
    }

    /// The entry to begin next, counted from the end; nil if there is none.
    func preparable(at now: Duration, width: Int) -> Int? {
        guard !isClosing, returning == 0, heldUntil <= now else { return nil }
        return (0..<min(self.width(of: width), queue.count)).first {
            queue[queue.count - 1 - $0].intent == .missing
        }
    }
}

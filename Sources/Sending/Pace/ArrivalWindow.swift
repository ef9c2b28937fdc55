/// The places in the server's last second, and which of them may still be taken.
///
/// A server counts a request when it arrives, which is known only to lie between sending and the answer. If a place is
/// given away again a full second after the latest moment at which its request can have arrived, then no second holds
/// more arrivals than there are places, whatever the network does: two requests in one place arrive more than a second
/// apart. Where answers vary because the server is slow *after* counting, all of that caution is waste, so `Caution`
/// says how much of a request's time to take as possible delay on its way.
struct ArrivalWindow: Sendable {
    /// How much of what an answer took beyond the shortest round trip may have passed before the request was counted.
    struct Caution: Sendable {
        /// From 0 (none) to 1 (all of it: certain).
        var share: Double
        /// The shortest round trip, in nanoseconds.
        var shortest: Int64

        /// A request that has got nowhere for so long is no longer allowed for.
        static let limit: Double = 1_000_000_000

        /// How long to keep the place beyond the second, for a request answered after so many nanoseconds.
        func delay(roundTrip: Int64) -> Int64 {
            Int64(min(Self.limit, share * Double(max(0, roundTrip - shortest))))
        }

        /// How long after sending the place of a request is given up that has not been answered at all.
        func patience(span: Int64) -> Int64 {
            let most = Double(span) + Self.limit
            guard share < 1 else { return Int64(most) }
            let until = (Double(span) - share * Double(shortest)) / (1 - share)
            return Int64(min(most, max(Double(span), until)))
        }
    }

    /// How many requests one span of time takes.
    let places: Int
    /// A little more than the server's span, in nanoseconds.
    let span: Int64

    private var sent: [UInt64: Int64] = [:]
    private var order = Queue<UInt64>()
    /// When each place whose request was answered is free again.
    private var cooling = Heap<Int64> { $0 < $1 }

    init(places: Int, span: Int64) {
        self.places = places
        self.span = span
    }

    /// A request leaves.
    mutating func take(_ ticket: UInt64, at now: Int64) {
        sent[ticket] = now
        order.append(ticket)
    }

    /// A request was answered, or given up: from now on it is known for how long its place must be kept yet.
    mutating func answered(_ ticket: UInt64, at now: Int64, caution: Caution) {
        guard let departure = sent.removeValue(forKey: ticket) else { return }
        cooling.push(departure + span + caution.delay(roundTrip: now - departure))
    }

    /// Now, if a place is free besides `reserve` ones; else the next moment at which one may become free.
    mutating func free(at now: Int64, reserve: Int, caution: Caution) -> Int64 {
        while let first = cooling.first, first <= now { cooling.pop() }
        let patience = caution.patience(span: span)
        var oldest: Int64?
        while let ticket = order.first {
            guard let departure = sent[ticket] else {
                order.popFirst()
                continue
            }
            guard departure + patience <= now else {
                oldest = departure + patience
                break
            }
            sent[ticket] = nil
            order.popFirst()
        }
        guard sent.count + cooling.count + reserve >= places else { return now }
        return min(oldest ?? .max, cooling.first ?? .max)
    }
}

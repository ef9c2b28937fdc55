import Journal

/// Finds the registrant for whom Zoom refuses a batch, in few requests.
///
/// A refused batch is halved, the smaller half first. If the first half is applied, the second must hold the one at
/// fault, so it is halved again without being sent; if the first is refused, the second is sent whole. Each halving
/// costs at most two requests, and one if the fault is in the second half: for one bad registrant among n, never more
/// than 2·log2(n) requests besides the first. No registrant is failed before Zoom has refused them alone.
struct Bisection: Sendable {
    /// What to do with a batch whose other half was answered.
    enum Next: Sendable, Hashable {
        /// Send it.
        case send
        /// Zoom would refuse it: halve it at once.
        case split
    }

    private struct Half: Sendable {
        let batch: BatchID
        let size: Int
        /// Whether the parent's refusal was about registrants, so that at least one half must be refused too.
        let blames: Bool
    }

    /// The second halves, keyed by the first half that they wait for.
    private var halves: [BatchID: Half] = [:]

    /// The second halves, in order.
    var waiting: [BatchID] { halves.values.map(\.batch).sorted() }

    /// How many of a batch's registrants its first half gets.
    static func first(of size: Int) -> Int { size / 2 }

    /// Holds the second half of a batch, of `size` registrants, until the first has been answered.
    mutating func hold(_ second: BatchID, size: Int, until first: BatchID, blames: Bool) {
        halves[first] = Half(batch: second, size: size, blames: blames)
    }

    /// Records that a first half is settled for this run. Returns the half that waited for it, and what to do with it.
    ///
    /// - Parameter applied: Whether all of the first half was applied.
    mutating func release(after first: BatchID, applied: Bool) -> (batch: BatchID, next: Next)? {
        guard let half = halves.removeValue(forKey: first) else { return nil }
        return (half.batch, half.blames && applied && half.size > 1 ? .split : .send)
    }

    /// Stops holding a second half.
    mutating func remove(_ second: BatchID) {
        if let first = halves.first(where: { $0.value.batch == second })?.key { halves[first] = nil }
    }
}

/// What a whole run may spend on sending again: a server that fails most of the time is not hammered by retries.
///
/// Each retry costs one; each answered request earns a part. So retries stay below that part of what succeeds, besides
/// the sum that the run starts with.
struct RetryBudget: Sendable, Hashable {
    /// What an answered request earns.
    let earning: Double
    /// The most that is kept, and what the run starts with.
    let most: Double
    /// What is left.
    private(set) var balance: Double

    /// Starts full.
    init(earning: Double = 0.5, most: Double = 40) {
        self.earning = earning
        self.most = most
        balance = most
    }

    /// A request was answered without trouble.
    mutating func earn() {
        balance = min(most, balance + earning)
    }

    /// Whether a retry may be made; if so it is paid.
    mutating func spend() -> Bool {
        guard balance >= 1 else { return false }
        balance -= 1
        return true
    }
}

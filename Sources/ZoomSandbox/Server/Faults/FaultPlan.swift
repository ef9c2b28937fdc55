/// Decides which request meets which fault, and how long it takes.
struct FaultPlan {
    var rules: [FaultRule]
    private let seed: UInt64
    private let latency: ClosedRange<Duration>
    /// How often each request has been seen, so that sending it again is another throw.
    private var seen: [UInt64: UInt64] = [:]
    private var count = 0
    private var tokenCount = 0

    init(rules: [FaultRule], seed: UInt64, latency: ClosedRange<Duration>) {
        self.rules = rules
        self.seed = seed
        self.latency = latency
    }

    /// The fate of a request with this content.
    mutating func fate(of content: UInt64, isToken: Bool) -> (fault: Fault?, latency: Duration) {
        if isToken { tokenCount += 1 } else { count += 1 }
        let number = isToken ? tokenCount : count
        guard !rules.isEmpty || latency.lowerBound != latency.upperBound else { return (nil, latency.lowerBound) }
        let repetition = seen[content, default: 0]
        seen[content] = repetition + 1
        var luck = Luck(seed: seed, content, repetition)
        let wait = latency.lowerBound + (latency.upperBound - latency.lowerBound) * luck.next()
        var struck: Fault?
        for rule in rules where rule.ofToken == isToken {
            // Each rule draws, whether or not one before it struck, so that adding a rule changes no other's luck.
            let strikes =
                switch rule.trigger {
                case .chance(let chance): luck.next() < chance
                case .every(let every): number % every == 0
                }
            if strikes, struck == nil { struck = rule.fault }
        }
        return (struck, wait)
    }
}

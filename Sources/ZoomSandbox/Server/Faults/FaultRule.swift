/// A fault and how often it strikes: `503:0.05`, `cut-after:0.02`, `reset:every=10`, `token-503:1`.
package struct FaultRule: Sendable, Hashable, CustomStringConvertible {
    /// When a fault strikes.
    package enum Trigger: Sendable, Hashable {
        /// By chance, 0...1; the same request meets the same luck for the same `--seed-random`.
        case chance(Double)
        /// Every n-th request.
        case every(Int)
    }

    /// What goes wrong.
    package let fault: Fault
    /// When.
    package let trigger: Trigger
    /// Whether it is the token endpoint's fault, not the API's.
    package let ofToken: Bool

    package init(_ fault: Fault, _ trigger: Trigger, ofToken: Bool = false) {
        self.fault = fault
        self.trigger = trigger
        self.ofToken = ofToken
    }

    /// Reads a rule as the command line gives it; nil if it can't be understood.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let ofToken = parts[0].hasPrefix("token-")
        guard let fault = Fault(ofToken ? parts[0].dropFirst(6) : parts[0]) else { return nil }
        if parts[1].hasPrefix("every=") {
            guard let every = Int(parts[1].dropFirst(6)), every > 0 else { return nil }
            self.init(fault, .every(every), ofToken: ofToken)
        } else {
            guard let chance = Double(parts[1]), (0...1).contains(chance) else { return nil }
            self.init(fault, .chance(chance), ofToken: ofToken)
        }
    }

    /// The rule as the command line gives it.
    package var description: String {
        let prefix = ofToken ? "token-" : ""
        switch trigger {
        case .chance(let chance): return "\(prefix)\(fault):\(chance)"
        case .every(let every): return "\(prefix)\(fault):every=\(every)"
        }
    }
}

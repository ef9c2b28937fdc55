import ZoomModel

/// What can go wrong between Zoom and its client.
package enum Fault: Sendable, Hashable, CustomStringConvertible {
    /// An answer with this status, with or without performing the request.
    case status(Int, applied: Bool)
    /// The connection ends without an answer.
    case cut(applied: Bool)
    /// The connection is reset without an answer; nothing is done.
    case reset
    /// No answer, ever; nothing is done.
    case hang
    /// Redirected elsewhere, with status 307; nothing is done.
    case redirect
    /// A malformed answer; nothing is done.
    case shape(Shape)

    /// Answers that no client should trust.
    package enum Shape: String, Sendable, Hashable, CaseIterable {
        /// A page of HTML with status 502, as a proxy sends it.
        case html
        /// Status 400 with text that is not JSON.
        case notJSON = "not-json"
        /// Status 400 without a body.
        case empty
        /// Status 400 with a body that ends before its announced length.
        case cutBody = "cut-body"
        /// Status 400 with a JSON body of 8 MiB.
        case hugeBody = "huge-body"
        /// A head that arrives one byte at a time.
        case slowHead = "slow-head"
        /// A body that arrives one byte at a time.
        case slowBody = "slow-body"
        /// A body that never ends.
        case endlessBody = "endless-body"
        /// Headers that never end.
        case headerFlood = "header-flood"
        /// A small body that unpacks to a huge one.
        case gzipBomb = "gzip-bomb"
    }

    /// The fault as the command line names it.
    package var description: String {
        switch self {
        case .status(let status, let applied): applied ? "\(status)-after" : "\(status)"
        case .cut(let applied): applied ? "cut-after" : "cut-before"
        case .reset: "reset"
        case .hang: "hang"
        case .redirect: "redirect"
        case .shape(let shape): shape.rawValue
        }
    }

    /// Whether the request is performed before the fault strikes.
    package var applies: Bool {
        switch self {
        case .status(_, let applied), .cut(let applied): applied
        case .reset, .hang, .redirect, .shape: false
        }
    }

    /// The HTTP status that is sent; nil if the fault comes before any answer.
    var status: Int? {
        switch self {
        case .status(let status, _): status
        case .cut, .reset, .hang: nil
        case .redirect: 307
        case .shape(.html): 502
        case .shape(.endlessBody), .shape(.headerFlood), .shape(.slowHead): 200
        case .shape: 400
        }
    }

    /// Reads the name of a fault; nil for an unknown one.
    package init?(_ name: some StringProtocol) {
        let name = String(name)
        switch name {
        case "cut-before": self = .cut(applied: false)
        case "cut-after": self = .cut(applied: true)
        case "reset": self = .reset
        case "hang": self = .hang
        case "redirect": self = .redirect
        default:
            if let shape = Shape(rawValue: name) {
                self = .shape(shape)
                return
            }
            let applied = name.hasSuffix("-after")
            guard let status = Int(applied ? String(name.dropLast(6)) : name), (200...599).contains(status) else {
                return nil
            }
            self = .status(status, applied: applied)
        }
    }
}

/// A fault and how often it strikes: `503:0.05`, `cut-after:0.02`, `reset:every=10`, `token-503:1`.
package struct FaultRule: Sendable, Hashable, CustomStringConvertible {
    /// When a fault strikes.
    package enum Trigger: Sendable, Hashable {
        /// At random, 0...1; the same request has the same luck for the same `--seed-random`.
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

    /// Reads a rule as the command line gives it; nil if it is invalid.
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

/// Decides which fault each request meets, and how long it takes.
struct FaultPlan {
    var rules: [FaultRule]
    private let seed: UInt64
    private let latency: ClosedRange<Duration>
    /// How often each request has been seen, so that sending it again draws again.
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
        var luck = RandomDraw(seed: seed, content, repetition)
        let wait = latency.lowerBound + (latency.upperBound - latency.lowerBound) * luck.next()
        var struck: Fault?
        for rule in rules where rule.ofToken == isToken {
            // Each rule draws, whether or not an earlier one struck, so that adding a rule does not change the others'
            // luck.
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

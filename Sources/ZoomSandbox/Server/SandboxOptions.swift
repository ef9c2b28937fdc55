package import FoundationEssentials
package import ZoomModel

/// How the sandbox behaves: as Zoom does by its rules, and what goes wrong besides.
@dynamicMemberLookup
package struct SandboxOptions: Sendable {
    /// The port on 127.0.0.1, or 0 for a free one.
    package var port = 0
    package var rules = ZoomRules()
    /// How long each request takes.
    package var latency: ClosedRange<Duration> = .zero ... .zero
    /// What goes wrong, and how often.
    package var faults: [FaultRule] = []
    /// Decides all chance.
    package var chanceSeed: UInt64 = 1
    /// How `Retry-After` is written.
    package var retryAfterForm = RetryAfterForm.iso
    /// Bearer tokens that are always good.
    package var tokens: Set<String> = ["sandbox-token"]
    /// The app that may ask for tokens.
    package var app = SandboxApp()
    /// How long a token is good, in seconds.
    package var tokenLife = 3_600
    /// Whether a new token makes the older ones bad.
    package var keepsOneToken = false
    /// Where each request and what it did is appended, as lines of JSON.
    package var auditPath: String?
    /// How long a slow answer waits before each byte.
    package var dripInterval: Duration = .milliseconds(100)

    /// The defaults: an empty account of plan pro.
    package init() {}

    package subscript<Value>(dynamicMember rule: WritableKeyPath<ZoomRules, Value>) -> Value {
        get { rules[keyPath: rule] }
        set { rules[keyPath: rule] = newValue }
    }
}

/// The Server-to-Server OAuth app that the sandbox knows.
package struct SandboxApp: Sendable, Hashable {
    /// The account's id.
    package var accountID = "sandbox-account"
    /// The client's id.
    package var clientID = "sandbox-client"
    /// The client's secret.
    package var clientSecret = "sandbox-secret"
    /// The scopes of its tokens.
    package var scopes: Set<String> = [
        "meeting:update:registrant_status:admin", "meeting:read:list_registrants:admin",
        "webinar:update:registrant_status:admin", "webinar:read:list_registrants:admin",
    ]

    /// The app that the README's demo uses.
    package init() {}
}

/// The sandbox's time: what it takes for now, and how it waits.
package struct SandboxClock: Sendable {
    /// The moment that requests are judged by.
    package let now: @Sendable () -> Date
    /// How latency and slow answers wait.
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The computer's clock, shifted by some seconds.
    package static func system(offset: TimeInterval = 0) -> SandboxClock {
        SandboxClock(now: { Date().addingTimeInterval(offset) }, sleep: { try await Task.sleep(for: $0) })
    }
}

/// Why the sandbox can't run.
package enum SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The audit file can't be written: its path and the reason.
    case audit(String, String)
    /// The port can't be had: its number and the reason.
    case port(Int, String)
    /// The seed file can't be read: its path and the reason.
    case seed(String, String)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .audit(let path, let reason): "Can't write the audit file \(path): \(reason). Choose another with --audit."
        case .port(let port, let reason): "Can't listen on port \(port): \(reason). Choose another with --port."
        case .seed(let path, let reason): "Can't read the seed \(path): \(reason)."
        }
    }
}

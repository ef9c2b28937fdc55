package import FoundationEssentials
package import ZoomModel

/// How the sandbox behaves: Zoom's rules, plus faults.
@dynamicMemberLookup
package struct SandboxOptions: Sendable {
    /// The port on 127.0.0.1, or 0 for a free one.
    package var port = 0
    package var rules = ZoomRules()
    /// How long each request takes.
    package var latency: ClosedRange<Duration> = .zero ... .zero
    /// The faults, and how often they strike.
    package var faults: [FaultRule] = []
    /// The seed of all random decisions.
    package var chanceSeed: UInt64 = 1
    /// The format of `Retry-After`.
    package var retryAfterForm = RetryAfterForm.iso
    /// Bearer tokens that are always valid.
    package var tokens: Set<String> = ["sandbox-token"]
    /// The app that may request tokens.
    package var app = SandboxApp()
    /// How long a token is valid, in seconds.
    package var tokenLife = 3_600
    /// Whether a new token invalidates the older ones.
    package var keepsOneToken = false
    /// Where to append each request and its effect, as lines of JSON.
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
        "meeting:read:registrant:admin", "meeting:read:meeting:admin", "meeting:read:list_meetings:admin",
        "webinar:update:registrant_status:admin", "webinar:read:list_registrants:admin",
        "webinar:read:registrant:admin", "webinar:read:webinar:admin", "webinar:read:list_webinars:admin",
    ]

    /// The app that the README's demo uses.
    package init() {}
}

/// The sandbox's time: its current time, and how it waits.
package struct SandboxClock: Sendable {
    /// The time by which requests are judged.
    package let now: @Sendable () -> Date
    /// How latency and slow answers wait.
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(now: @escaping @Sendable () -> Date, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The computer's clock, shifted by a number of seconds.
    package static func system(offset: TimeInterval = 0) -> SandboxClock {
        SandboxClock(now: { Date().addingTimeInterval(offset) }, sleep: { try await Task.sleep(for: $0) })
    }
}

/// Why the sandbox can't run.
package enum SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The audit file can't be written: its path and the reason.
    case audit(String, String)
    /// The port can't be opened: its number and the reason.
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

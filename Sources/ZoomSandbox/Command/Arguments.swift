import ArgumentParser
import FoundationEssentials
import ZoomModel
import ZoomSandbox

/// Where Zoom lists a registration that its host cancelled.
enum CancelledList: String, CaseIterable, ExpressibleByArgument {
    case denied, nowhere
}

/// What the sandbox contains.
struct WorldArguments: ParsableArguments {
    @Option(help: ArgumentHelp("JSON file of meetings, webinars and registrants.", valueName: "file"))
    var seed: String?

    @Flag(help: "Make up meetings, webinars and registrants on first sight.")
    var open = false

    @Option(help: ArgumentHelp("With --open: the fraction of registrants that do not exist.", valueName: "fraction"))
    var bad = 0.0

    @Flag(help: "A refused batch was still done for the registrants before the refused one.")
    var inPart = false

    @Option(help: "Where a registration that was cancelled is listed: denied or nowhere.")
    var cancelled = CancelledList.denied

    func validate() throws {
        guard (0...1).contains(bad) else { throw ValidationError("--bad is a fraction from 0 to 1.") }
    }

    func apply(to options: inout SandboxOptions) throws {
        options.isOpen = open
        options.badFraction = bad
        options.appliesInPart = inPart
        options.cancelled = cancelled == .denied ? .denied : .cancelled
        guard let seed else { return }
        do {
            options.seed = try JSONDecoder().decode(Seed.self, from: Data(contentsOf: URL(filePath: seed)))
        } catch {
            throw SandboxError.seed(seed, "\(error)")
        }
    }
}

/// The accepted credentials. These are the sandbox's own, so they are not secret.
struct CredentialArguments: ParsableArguments {
    @Option(help: ArgumentHelp("A bearer token that is always good. Repeatable.", valueName: "token"))
    var token: [String] = []

    @Option(help: ArgumentHelp("How long a token is good, in seconds.", valueName: "s"))
    var tokenLife = 3_600

    @Flag(help: "A new token makes the older ones bad.")
    var oneToken = false

    @Option(help: ArgumentHelp("The only scopes that the app has, separated by commas.", valueName: "scopes"))
    var scopes: String?

    func apply(to options: inout SandboxOptions) {
        options.tokens.formUnion(token)
        options.tokenLife = tokenLife
        options.keepsOneToken = oneToken
        if let scopes { options.app.scopes = Set(scopes.split(separator: ",").map(String.init)) }
    }
}

extension SandboxPlan: ExpressibleByArgument {}
extension RateWindow: ExpressibleByArgument {}
extension RetryAfterForm: ExpressibleByArgument {}

/// The account's limits.
struct LimitArguments: ParsableArguments {
    @Option(help: "The account's plan: free, pro or business.")
    var plan = SandboxPlan.pro

    @Flag(name: .customLong("no-rate-limit"), help: "Do not limit the requests per second.")
    var noRateLimit = false

    @Option(help: "How a second's requests are counted: sliding, fixed or bucket.")
    var window = RateWindow.sliding

    @Option(help: ArgumentHelp("Requests per second that another app of the account sends.", valueName: "n"))
    var otherAppRate = 0.0

    @Option(help: ArgumentHelp("The account's requests a day, instead of the plan's.", valueName: "n"))
    var daily: Int?

    @Option(
        help: ArgumentHelp("Status requests a day for one registrant in one meeting; 0 for no limit.", valueName: "n")
    )
    var registrantDaily = 10

    @Option(help: ArgumentHelp("Status requests a day to one webinar; 0 for no limit.", valueName: "n"))
    var webinarDaily = 10

    @Option(help: ArgumentHelp("The most registrants in one request.", valueName: "n"))
    var mostRegistrants = 30

    @Option(help: "How Retry-After is written: seconds, date, iso or none.")
    var retryAfterForm = RetryAfterForm.iso

    func validate() throws {
        guard otherAppRate >= 0, (daily ?? 0) >= 0, registrantDaily >= 0, webinarDaily >= 0, mostRegistrants > 0 else {
            throw ValidationError("A limit can't be negative.")
        }
    }

    func apply(to options: inout SandboxOptions) {
        options.plan = plan
        options.limitsRate = !noRateLimit
        options.window = window
        options.otherAppRate = otherAppRate
        options.perDay = daily
        options.perRegistrantAndDay = registrantDaily == 0 ? nil : registrantDaily
        options.perWebinarAndDay = webinarDaily == 0 ? nil : webinarDaily
        options.mostRegistrants = mostRegistrants
        options.retryAfterForm = retryAfterForm
    }
}

/// Faults and latency.
struct TroubleArguments: ParsableArguments {
    @Option(help: ArgumentHelp("How long each request takes: 50ms, or 50..500ms.", valueName: "time"))
    var latency: Latency?

    @Option(help: ArgumentHelp("What goes wrong, and how often: 503:0.05. Repeatable.", valueName: "fault"))
    var fail: [FaultRule] = []

    @Option(help: ArgumentHelp("Decides all chance: the same number, the same faults.", valueName: "n"))
    var seedRandom: UInt64 = 1

    @Option(help: ArgumentHelp("Seconds by which the sandbox's clock is ahead (negative: behind).", valueName: "s"))
    var clockOffset = 0

    @Option(help: ArgumentHelp("Milliseconds between the bytes of a slow answer.", valueName: "ms"))
    var drip = 100

    func apply(to options: inout SandboxOptions) {
        if let latency { options.latency = latency.range }
        options.faults = fail
        options.chanceSeed = seedRandom
        options.dripInterval = .milliseconds(drip)
    }
}

extension FaultRule: ExpressibleByArgument {
    /// Reads `503:0.05` and the like.
    package init?(argument: String) {
        self.init(argument)
    }
}

/// `50ms` or `50..500ms`.
struct Latency: ExpressibleByArgument {
    let range: ClosedRange<Duration>

    init?(argument: String) {
        guard argument.hasSuffix("ms") else { return nil }
        let bounds = argument.dropLast(2).split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(bounds.count), let first = bounds.first ?? nil, let last = bounds.last ?? nil,
            first >= 0, first <= last
        else { return nil }
        range = .milliseconds(first) ... .milliseconds(last)
    }
}

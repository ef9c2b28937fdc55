import ArgumentParser
import Sending
import Settings
import Zoom

/// How fast, how many at once, and where to.
struct SendingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Your Zoom plan, which sets how fast requests may go: free, pro or business.",
            valueName: "plan"
        )
    )
    var plan = Plan.pro

    @Option(
        help: ArgumentHelp(
            "Requests a second, at most what the plan allows (2, 20 or 60).",
            discussion: "More, or \"unlimited\", only against a server on this machine.",
            valueName: "number"
        )
    )
    var rate: Pace?

    @Option(
        help: ArgumentHelp(
            "Which Zoom: zoom.us (default), or zoomgov.com for Zoom for Government. Sets both addresses below.",
            valueName: "cloud"
        )
    )
    var cloud: Cloud?

    @Option(
        name: .customLong("base-url"),
        help: ArgumentHelp(
            "Where Zoom's API is, if not where the cloud has it: the part before /meetings.",
            discussion: "https always, except for a server on this machine.",
            valueName: "url"
        )
    )
    var base: String?

    @Option(
        name: .customLong("oauth-url"),
        help: ArgumentHelp("Where tokens come from, if not from the cloud's own address.", valueName: "url")
    )
    var oauth: String?

    @Option(help: ArgumentHelp("Registrants in one request, 1 to 30.", valueName: "number"))
    var batchSize = 30

    @Option(help: ArgumentHelp("Requests under way at once to one meeting, 1 to 10.", valueName: "number"))
    var perMeeting = 1

    @Flag(
        help: ArgumentHelp(
            "Ask Zoom about everybody, also where a whole meeting seems to be refused.",
            discussion: """
                Without it, a meeting of which twelve people at different places of the list were refused with the same words, \
                and nobody was taken, costs twenty requests at most: the rest is failed without being asked.
                """
        )
    )
    var askEveryone = false

    @Option(help: ArgumentHelp("How requests are written: json or multipart.", valueName: "encoding"))
    var encoding = BodyEncoding.json

    @Option(help: ArgumentHelp("How long to wait for one answer, 1 to 300.", valueName: "seconds"))
    var timeout = 60

    func validate() throws {
        guard (1...300).contains(timeout) else { throw ValidationError("--timeout must be from 1 to 300 seconds.") }
        guard (1...30).contains(batchSize) else {
            throw ValidationError("--batch-size must be from 1 to 30: Zoom takes no more registrants in one request.")
        }
        guard (1...10).contains(perMeeting) else { throw ValidationError("--per-meeting must be from 1 to 10.") }
    }

    func baseURL() throws -> BaseURL { try address("base-url", base, \.api) }

    /// The address of the token endpoint.
    func tokenURL() throws -> BaseURL { try address("oauth-url", oauth, \.tokens) }

    /// - Parameter text: What was said; nil for the cloud's own address.
    private func address(_ name: String, _ text: String?, _ own: KeyPath<Cloud, BaseURL>) throws -> BaseURL {
        guard let text else { return (cloud ?? .zoom)[keyPath: own] }
        let url: BaseURL
        do { url = try BaseURL(text) } catch { throw UsherError.usage("--\(name) \(text): \(error)") }
        if let cloud, let other = Cloud.allCases.first(where: { $0.holds(url) }), other != cloud {
            throw UsherError.configuration(
                """
                The cloud is \(cloud.rawValue), but \(name) is \(url), which is in \(other.rawValue). Remove one of the two. Nothing \
                was sent.
                """
            )
        }
        return url
    }

    /// Where to send to, and how.
    func client() throws -> HTTPZoomClient.Configuration {
        HTTPZoomClient.Configuration(
            version: Version.current,
            baseURL: try baseURL(),
            tokenURL: try tokenURL(),
            encoding: encoding,
            limits: HTTPZoomClient.Limits(answerTime: .seconds(timeout))
        )
    }

    /// How one account's batches are to be sent.
    ///
    /// - Parameters:
    ///   - origin: Where the rate was set, to be named if it is too high.
    ///   - profile: Whose options these are.
    func dispatchOptions(rateFrom origin: Origin? = nil, profile: String? = nil) throws -> DispatchOptions {
        var options = DispatchOptions(plan)
        options.perMeeting = perMeeting
        options.asksEveryone = askEveryone
        guard let rate else { return options }
        guard try baseURL().isLoopback || rate <= Pace(plan) else { throw tooFast(rate, origin, profile) }
        options.pace = rate
        return options
    }

    private func tooFast(_ rate: Pace, _ origin: Origin?, _ profile: String?) -> UsherError {
        let owner = profile.map { " of the profile \"\($0)\"" } ?? ""
        let advice = rate == .unlimited ? "Only a server on this machine may be asked so. Write a number" : "Lower it"
        let reason = """
            \(rate) is more than the plan "\(plan.rawValue)"\(owner) allows (\(Pace(plan)) a second). \(advice)
            """
        switch origin {
        case nil, .flag, .standard: return .usage("--rate \(reason), or name your account's plan with --plan.")
        case let origin?: return .configuration("\(origin): rate: \(reason), or name the account's plan.")
        }
    }
}

extension Cloud: ExpressibleByArgument {}
extension Plan: ExpressibleByArgument {}
extension Pace: ExpressibleByArgument {}
extension BodyEncoding: ExpressibleByArgument {}

public import ArgumentParser
internal import Sending
internal import Settings
internal import Zoom

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
        name: .customLong("base-url"),
        help: ArgumentHelp(
            "Where Zoom's API is: the part before /meetings.",
            discussion: "https always, except for a server on this machine.",
            valueName: "url"
        )
    )
    var base = BaseURL.zoom.description

    @Option(name: .customLong("oauth-url"), help: ArgumentHelp("Where tokens come from.", valueName: "url"))
    var oauth = BaseURL.zoomToken.description

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

    /// The address of the API.
    func baseURL() throws -> BaseURL {
        do { return try BaseURL(base) } catch { throw UsherError.usage("--base-url \(base): \(error)") }
    }

    /// The address of the token endpoint.
    func tokenURL() throws -> BaseURL {
        do { return try BaseURL(oauth) } catch { throw UsherError.usage("--oauth-url \(oauth): \(error)") }
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

extension Plan: ExpressibleByArgument {}
extension Pace: ExpressibleByArgument {}
extension BodyEncoding: ExpressibleByArgument {}

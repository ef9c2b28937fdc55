import ArgumentParser
import Sending
import Settings
import Zoom

/// The rate, the concurrency, and the destination.
struct SendingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Your Zoom plan, which sets how fast requests may go: free, pro or business.",
            valueName: "plan"
        )
    )
    private var plan = Settable<Plan>(.plan)

    @Option(
        help: ArgumentHelp(
            "Requests a second, at most what the plan allows (2, 20 or 60).",
            discussion: "More, or \"unlimited\", only against a server on this machine.",
            valueName: "number"
        )
    )
    private var rate: Pace?

    @Option(
        help: ArgumentHelp(
            "Which Zoom: zoom.us (default), or zoomgov.com for Zoom for Government. Sets both addresses below.",
            valueName: "cloud"
        )
    )
    private var cloud: Cloud?

    @Option(
        name: .customLong("base-url"),
        help: ArgumentHelp(
            "Where Zoom's API is, if not where the cloud has it: the part before /meetings.",
            discussion: "https always, except for a server on this machine.",
            valueName: "url"
        )
    )
    private var base: String?

    @Option(
        name: .customLong("oauth-url"),
        help: ArgumentHelp("Where tokens come from, if not from the cloud's own address.", valueName: "url")
    )
    private var oauth: String?

    @Option(
        help: ArgumentHelp(
            "The HTTP proxy on the way to Zoom, or none. It gets encrypted data alone.",
            discussion:
                "By default the one of HTTPS_PROXY. Hosts in NO_PROXY, and this machine, are reached without it.",
            valueName: "address"
        )
    )
    private var proxy: String?

    @Option(
        help: ArgumentHelp(
            "Certificates (PEM) of authorities to trust beside this machine's own, as where a proxy looks into what is sent.",
            valueName: "file"
        ),
        completion: .file()
    )
    private var caFile: String?

    @Option(help: ArgumentHelp("Registrants in one request, 1 to 30.", valueName: "number"))
    private var batchSize = Settable<Int>(.batchSize)

    @Option(help: ArgumentHelp("Requests under way at once to one meeting, 1 to 10.", valueName: "number"))
    private var perMeeting = Settable<Int>(.perMeeting)

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
    private var encoding = Settable<BodyEncoding>(.encoding)

    @Option(help: ArgumentHelp("How long to wait for one answer, 1 to 300.", valueName: "seconds"))
    private var timeout = Settable<Int>(.timeout)

    var given: Settings.Flags {
        [
            (.plan, plan.given?.rawValue), (.rate, rate?.description), (.cloud, cloud?.rawValue), (.baseURL, base),
            (.oauthURL, oauth), (.proxy, proxy), (.caFile, caFile), (.batchSize, batchSize.given?.description),
            (.perMeeting, perMeeting.given?.description),
            (.encoding, encoding.given?.rawValue), (.timeout, timeout.given?.description),
        ]
    }

    func validate() throws {
        guard (1...300).contains(timeout.given ?? 1) else {
            throw ValidationError("--timeout must be from 1 to 300 seconds.")
        }
        guard (1...30).contains(batchSize.given ?? 1) else {
            throw ValidationError("--batch-size must be from 1 to 30: Zoom takes no more registrants in one request.")
        }
        guard (1...10).contains(perMeeting.given ?? 1) else {
            throw ValidationError("--per-meeting must be from 1 to 10.")
        }
    }
}

extension Cloud: ExpressibleByArgument {}
extension Plan: ExpressibleByArgument {}
extension Pace: ExpressibleByArgument {}
extension BodyEncoding: ExpressibleByArgument {}

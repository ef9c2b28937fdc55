import ArgumentParser
import ZoomSandbox

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

import ArgumentParser
import FoundationEssentials
import ZoomSandbox

/// Where Zoom lists a registration that its host cancelled.
enum CancelledList: String, CaseIterable, ExpressibleByArgument {
    case denied, nowhere
}

/// What the sandbox holds.
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

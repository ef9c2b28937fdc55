import ArgumentParser
import FoundationEssentials
import ZoomSandbox

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

    func validate() throws {
        guard (0...1).contains(bad) else { throw ValidationError("--bad is a fraction from 0 to 1.") }
    }

    func apply(to options: inout SandboxOptions) throws {
        options.isOpen = open
        options.badFraction = bad
        options.appliesInPart = inPart
        guard let seed else { return }
        do {
            options.seed = try JSONDecoder().decode(Seed.self, from: Data(contentsOf: URL(filePath: seed)))
        } catch {
            throw SandboxError.seed(seed, "\(error)")
        }
    }
}

import ArgumentParser
import ZoomSandbox

/// What goes wrong, and how slowly.
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

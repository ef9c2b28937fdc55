import ArgumentParser
import Settings

/// A command that is told the settings, beyond those that came to it as flags.
protocol ConfiguredCommand: AsyncParsableCommand {
    /// Whether it runs although something is wrong in the settings, to say what.
    static var takesFaultySettings: Bool { get }
    /// What it does.
    mutating func run(with settings: Settings) async throws
}

extension ConfiguredCommand {
    static var takesFaultySettings: Bool { false }
}

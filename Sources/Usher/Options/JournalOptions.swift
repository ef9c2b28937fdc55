import ArgumentParser
import Settings

/// Where the journal is.
struct JournalOptions: ParsableArguments {
    @Option(
        name: .customLong("journal"),
        help: ArgumentHelp(
            "The journal, an SQLite file that remembers what was decided, sent and answered.",
            discussion: "By default $STATE_DIRECTORY/journal.db under systemd, else $XDG_STATE_HOME/usher/journal.db.",
            valueName: "path"
        ),
        completion: .file()
    )
    var given: String?

    /// The file to use.
    func path() throws -> String {
        if let given {
            guard !given.isEmpty else { throw UsherError.usage("--journal needs a file's name.") }
            return given
        }
        guard let path = Environment.defaultJournal() else {
            throw UsherError.configuration(
                "Neither HOME nor XDG_STATE_HOME is set: say where the journal is with --journal."
            )
        }
        return path
    }

    /// Whether another command, typed afterwards by a person, would look for another journal than this one does: it was named
    /// on the command line, or by systemd.
    static func isForThisRunAlone(_ settings: Settings) -> Bool {
        switch Setting.named("journal").flatMap(settings.value)?.origin {
        case .flag: true
        case .variable, .file: false
        case .standard, nil: Environment.stateDirectory != nil
        }
    }
}

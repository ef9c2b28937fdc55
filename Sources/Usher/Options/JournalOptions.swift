internal import ArgumentParser

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
}

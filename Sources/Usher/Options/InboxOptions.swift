import ArgumentParser

/// A directory in the place of files on the command line.
struct InboxOptions: ParsableArguments {
    @Option(
        name: .customLong("inbox"),
        help: ArgumentHelp(
            "Take every spreadsheet in this directory, and all that is open in the journal.",
            discussion: """
                For runs that nobody watches. Results go to results/ in it; the spreadsheets stay where they are. Files that are \
                still being written are left for the next run. What Zoom refused is asked again on the next two nights.
                """,
            valueName: "directory"
        ),
        completion: .directory
    )
    var directory: String?

    @Option(
        name: .customLong("settle"),
        help: ArgumentHelp(
            "How long a file in the inbox must have been left alone before it is read.",
            valueName: "seconds"
        )
    )
    var settleTime = 60

    func validate() throws {
        guard (0...3_600).contains(settleTime) else {
            throw ValidationError("--settle must be from 0 to 3600 seconds.")
        }
    }

    /// The inbox, if there is to be one.
    ///
    /// - Throws: `UsherError` where it is not there, or can't be read.
    func inbox() throws -> Inbox? {
        try directory.map { try Inbox(path: $0, settleTime: Double(settleTime)) }
    }
}

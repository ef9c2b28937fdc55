import ArgumentParser

/// Where results files go.
struct ResultsOptions: ParsableArguments {
    @Option(
        name: .customLong("results"),
        help: ArgumentHelp("Where results files go, instead of beside the spreadsheets.", valueName: "directory"),
        completion: .directory
    )
    var directory: String?
}

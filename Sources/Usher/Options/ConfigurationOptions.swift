import ArgumentParser
import Settings

/// Which configuration file. It is read before the command line is, since it is a part of it: see `CompleteCommandLine`.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The configuration file.",
            discussion:
                "By default $USHER_CONFIG, else \(ConfigurationFile.standardPath) if it is there; \(ConfigurationFile.none) for none.",
            valueName: "path"
        ),
        completion: .file()
    )
    var path: String?
}

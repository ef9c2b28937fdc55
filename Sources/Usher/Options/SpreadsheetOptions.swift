public import ArgumentParser
public import Decisions
internal import Files
internal import Settings
internal import Spreadsheet

/// Which spreadsheets, and how to read them.
struct SpreadsheetOptions: ParsableArguments {
    @Option(
        name: .customLong("map"),
        help: ArgumentHelp(
            "What a column is called, for names that Usher does not know; for example --map meeting=\"Sitzung\".",
            discussion: "Columns: \(Column.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "column=name"
        )
    )
    var maps: [String] = []

    @Flag(inversion: .prefixedNo, help: "Numbers in the meeting column are webinars'.")
    var webinars = false

    @Option(
        help: "When rows contradict each other about one registrant: reject (both), first or last (that row decides)."
    )
    var onConflict = SheetOptions.ConflictPolicy.reject

    @Option(help: ArgumentHelp("The profile of rows that name no account.", valueName: "name"))
    var profile: String?

    @Argument(
        help: ArgumentHelp("Spreadsheets (CSV), directories of them, or - for standard input.", valueName: "file"),
        completion: .file()
    )
    var files: [String] = []

    /// The columns that were named, here and in the settings.
    func sheetOptions(_ settings: Settings) throws -> SheetOptions {
        var map: [Column: String] = [:]
        for entry in maps {
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let column = Column(rawValue: parts[0].lowercased()) else {
                throw UsherError.usage(
                    "--map \(entry) is not of the form column=name, with one of the columns "
                        + Column.allCases.map(\.rawValue).joined(separator: ", ") + "."
                )
            }
            guard map[column] == nil else {
                throw UsherError.usage("--map \(column.rawValue)=… was given twice. Name one column for it.")
            }
            map[column] = parts[1]
        }
        var options = SheetOptions(map: map, webinars: webinars, onConflict: onConflict)
        options.remembered = settings.columnNames.mapValues(\.name)
        options.accounts = settings.profiles.map(\.name)
        options.account = settings.chosenProfile?.name
        if let profile, options.account == nil {
            throw UsherError.usage("--profile: \(settings.unknownProfile(profile))")
        }
        return options
    }

    /// Checks that something is named.
    ///
    /// - Throws: `ValidationError`.
    func requireFiles(for command: String) throws {
        guard !files.isEmpty else {
            throw ValidationError("Name at least one spreadsheet, for example: usher \(command) decisions.csv")
        }
    }

    /// The spreadsheets that the arguments stand for: directories give each spreadsheet in them. Each is opened when its turn
    /// comes, since there may be more of them than a process may have open.
    func sources() -> [SpreadsheetOpening] {
        files.flatMap { file -> [SpreadsheetOpening] in
            if file == "-" {
                return [{ try SpreadsheetSource(standardInput: 0) }]
            }
            guard let inside = SpreadsheetFinder.spreadsheets(in: file) else {
                return [{ try SpreadsheetSource(path: file) }]
            }
            guard !inside.isEmpty else {
                let sentence = "There is no spreadsheet in this directory. Name another one, or a file."
                return [{ throw SpreadsheetError(name: file, sentence) }]
            }
            return inside.map { path in
                {
                    guard SpreadsheetName(Directory.name(of: path)) != .conflictCopy else {
                        throw SpreadsheetError(name: path, SpreadsheetName.conflictAdvice)
                    }
                    return try SpreadsheetSource(path: path, wasNamed: false)
                }
            }
        }
    }
}

extension SheetOptions.ConflictPolicy: ExpressibleByArgument {}

import ArgumentParser
package import Decisions
import Files
import Settings
import Spreadsheet

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

    @Option(
        name: .customLong("words"),
        help: ArgumentHelp(
            "Words for actions in another language; for example --words approve=\"genehmigt, zugesagt\".",
            discussion: "Meanings: \(ActionWords.Meaning.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "meaning=words"
        )
    )
    var wordLists: [String] = []

    @Option(help: ArgumentHelp("The meeting of all rows, for lists without such a column.", valueName: "number"))
    var meeting: String?

    @Option(help: ArgumentHelp("The webinar of all rows, for lists without such a column.", valueName: "number"))
    var webinar: String?

    @Option(help: ArgumentHelp("The occurrence of all rows, for lists without such a column.", valueName: "id"))
    var occurrence: String?

    @Option(
        help: ArgumentHelp(
            "What to do with everybody in the list, where it has no such column: approve, deny or cancel.",
            valueName: "action"
        )
    )
    var action: String?

    @Flag(help: "Name registrants by email alone, where the ids of the list are another system's.")
    var ignoreIds = false

    @Option(
        help: ArgumentHelp(
            "The charset of files that are not UTF-8, where they are refused; for example mac-roman or shift_jis.",
            valueName: "name"
        )
    )
    var charset: String?

    @Flag(inversion: .prefixedNo, help: "Numbers in the meeting column are webinars'. (default: --no-webinars)")
    private var webinars: Bool?

    @Option(
        help: "When rows contradict each other about one registrant: reject (both), first or last (that row decides)."
    )
    private var onConflict = Settable<SheetOptions.ConflictPolicy>(.onConflict)

    @Option(help: ArgumentHelp("The profile of rows that name no account.", valueName: "name"))
    private var profile: String?

    @Argument(
        help: ArgumentHelp("Spreadsheets (CSV), directories of them, or - for standard input.", valueName: "file"),
        completion: .file()
    )
    var files: [String] = []

    var given: Settings.Flags {
        [
            (.webinars, webinars?.description), (.onConflict, onConflict.given?.rawValue),
            (.profile, profile),
        ]
    }

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
        var options = SheetOptions(
            map: map,
            webinars: settings.isOn(.webinars),
            onConflict: settings.choice(.onConflict)
        )
        options.remembered = settings.columnNames.mapValues(\.text)
        options.accounts = settings.profiles.map(\.name)
        options.account = settings.chosenProfile?.name
        options.words = try words(settings)
        for (column, text) in givenForAll {
            if let fault = options.give(text, as: column) {
                throw UsherError.usage("--\(column.rawValue): \"\(text)\" \(fault)")
            }
        }
        guard meeting == nil || webinar == nil else {
            throw UsherError.usage("--meeting and --webinar exclude each other: name one.")
        }
        options.ignoresIDs = ignoreIds
        if let charset {
            guard let known = Charset(charset) else { throw UsherError.usage("--charset: \(Charset.unknown(charset))") }
            options.charset = known
        }
        if let profile, options.account == nil {
            throw UsherError.usage("--profile: \(settings.unknownProfile(profile))")
        }
        return options
    }

    /// The values given for all rows.
    private var givenForAll: [(Column, String)] {
        [(Column.meeting, meeting), (.webinar, webinar), (.occurrence, occurrence), (.action, action)].compactMap {
            column,
            text in text.map { (column, $0) }
        }
    }

    /// Checks that no values are given for all rows without named lists.
    ///
    /// - Throws: `ValidationError`.
    func refuseGivenValues() throws {
        guard let (column, _) = givenForAll.first else { return }
        throw ValidationError(
            "--\(column.rawValue) with --inbox would count for every list there: name the list that is meant."
        )
    }

    private func words(_ settings: Settings) throws -> ActionWords {
        var words = settings.actionWords
        for entry in wordLists {
            let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let meaning = ActionWords.Meaning(rawValue: parts[0].lowercased()) else {
                throw UsherError.usage(
                    "--words \(entry) is not of the form meaning=words, with one of the meanings "
                        + ActionWords.Meaning.allCases.map(\.rawValue).joined(separator: ", ") + "."
                )
            }
            if let fault = words.add(parts[1], for: meaning) {
                throw UsherError.usage("--words: \"\(parts[1])\" \(fault)")
            }
        }
        return words
    }

    /// Checks that something is named.
    ///
    /// - Throws: `ValidationError`.
    func requireFiles(for command: String) throws {
        guard !files.isEmpty else {
            throw ValidationError("Name at least one spreadsheet, for example: usher \(command) decisions.csv")
        }
    }

    /// The spreadsheets that the arguments mean: directories stand for each spreadsheet in them. Each is opened when
    /// its turn comes, since there may be more of them than a process may have open.
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

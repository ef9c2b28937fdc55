import Foundation
import Testing

/// Every mistake of a command line, a file or a machine that can be made before the first request.
///
/// Each ends with its exit code and a sentence that says what is wrong, where, and what to do; nothing is sent, and no file
/// of the user's is touched.
@Suite("Bad input")
struct BadInputTests {
    /// A mistake.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The arguments after `usher`.
        var arguments = ["run", "decisions.csv"]
        /// What `decisions.csv` holds; by default a good row.
        var file: String? = good
        var environment: [String: String?] = ["ZOOM_ACCESS_TOKEN": Sandbox.token]
        let code: Int32
        /// What the message must say.
        let says: [String]
        /// How many rows a results file must account for; nil where none is written.
        var rows: Int?

        static let good = "Meeting,Email,Action\n84512093377,guest@example.org,approve\n"
    }

    static let spreadsheets = [
        Mistake("a missing file", ["run", "decisoins.csv"], 65, ["decisoins.csv", "no such file", "Check the name"]),
        Mistake(
            "a directory without spreadsheets",
            ["run", "empty"],
            65,
            ["empty", "no spreadsheet", "Name another"]
        ),
        Mistake("an empty file", file: "", 65, ["decisions.csv", "is empty", "Export"]),
        Mistake("a file of blank lines", file: "\n\n\r\n", 65, ["decisions.csv", "not even a header"]),
        Mistake("a byte-order mark and nothing else", file: "\u{FEFF}", 65, ["decisions.csv", "not even a header"]),
        Mistake(
            "no header",
            file: "84512093377,guest@example.org,approve\n",
            65,
            ["decisions.csv, row 1", "names the columns", "Meeting ID, Registrant ID, Email, Action"]
        ),
        Mistake(
            "a missing column",
            file: "Meeting,Email\n84512093377,guest@example.org\n",
            65,
            ["row 1", "\"Action\" is missing"]
        ),
        Mistake(
            "a misspelled column",
            file: "Meeting,Email,Actoin\n84512093377,guest@example.org,approve\n",
            65,
            ["row 1", "\"Actoin\" comes nearest", "rename it to \"Action\""]
        ),
        Mistake(
            "a workbook",
            file: "PK\u{03}\u{04}xl/workbook.xml",
            65,
            ["not CSV", "save the sheet as \"CSV UTF-8\""]
        ),
        Mistake(
            "a web page",
            file: "<!DOCTYPE html><html><body>Sign in</body></html>",
            65,
            ["web page", "Download it again"]
        ),
    ]

    static let rows = [
        Mistake(
            "an unknown action",
            row: "84512093377,,guest@example.org,aprove",
            ["Action", "\"aprove\"", "approve, deny or cancel"]
        ),
        Mistake(
            "a meeting number in scientific notation",
            row: "8.45E+10,,guest@example.org,approve",
            ["Meeting", "\"8.45E+10\"", "as text"]
        ),
        Mistake(
            "a meeting number with letters",
            row: "845x,,guest@example.org,approve",
            ["Meeting", "\"845x\"", "digits"]
        ),
        Mistake("no meeting", row: ",,guest@example.org,approve", ["Meeting", "is empty", "Write the number"]),
        Mistake(
            "neither id nor email",
            row: "84512093377,,,approve",
            ["neither a registrant id nor an email", "Write at least one"]
        ),
    ]

    static let commands = [
        Mistake("no file named", ["run"], 64, ["Name at least one spreadsheet"]),
        Mistake("an unknown option", ["run", "decisions.csv", "--fast"], 64, ["--fast"]),
        Mistake(
            "an unknown plan",
            ["run", "decisions.csv", "--plan", "gold"],
            64,
            ["gold", "free", "pro", "business"]
        ),
        Mistake("too large a batch", ["run", "decisions.csv", "--batch-size", "31"], 64, ["--batch-size", "1 to 30"]),
        Mistake("no rate at all", ["run", "decisions.csv", "--rate", "0"], 64, ["--rate"]),
        Mistake("a rate above the plan's", ["run", "decisions.csv", "--rate", "21"], 64, ["20 a second", "--plan"]),
        Mistake(
            "a URL without a scheme",
            ["run", "decisions.csv", "--base-url", "zoom.us"],
            64,
            ["--base-url", "https://"]
        ),
        Mistake(
            "plain http to another machine",
            ["run", "decisions.csv", "--base-url", "http://zoom.us/v2"],
            64,
            ["--base-url", "https://"]
        ),
        Mistake(
            "a URL with a password",
            ["run", "decisions.csv", "--base-url", "https://u:p@zoom.us"],
            64,
            ["--base-url", "Leave it out"]
        ),
        Mistake(
            "a bad token URL",
            ["run", "decisions.csv", "--oauth-url", "ftp://zoom.us"],
            64,
            ["--oauth-url", "https://"]
        ),
        Mistake(
            "a results directory that is not there",
            ["run", "decisions.csv", "--results", "nowhere"],
            64,
            ["--results nowhere", "Make it"]
        ),
        Mistake("a job that is not there", ["status", "7"], 64, ["no journal", "usher run"]),
        Mistake(
            "a journal that is a directory",
            ["run", "decisions.csv", "--journal", "empty"],
            74,
            ["empty", "is a directory", "--journal"]
        ),
        Mistake(
            "a journal below a file",
            ["run", "decisions.csv", "--journal", "decisions.csv/j.db"],
            74,
            ["not a directory", "--journal"]
        ),
        Mistake(
            "a spreadsheet for a journal",
            ["run", "decisions.csv", "--journal", "decisions.csv"],
            74,
            ["not an Usher journal", "--journal"]
        ),
        Mistake(
            "no credentials",
            environment: [:],
            78,
            ["ZOOM_ACCOUNT_ID", "ZOOM_ACCESS_TOKEN", "Nothing was sent"],
            rows: 1
        ),
        Mistake(
            "half of the credentials",
            environment: ["ZOOM_ACCOUNT_ID": "a", "ZOOM_CLIENT_ID": "b"],
            78,
            ["ZOOM_CLIENT_SECRET", "Nothing was sent"],
            rows: 1
        ),
    ]

    @Test("is explained, sends nothing and touches nothing", arguments: spreadsheets + commands)
    func mistakes(_ mistake: Mistake) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            try FileManager.default.createDirectory(at: place.url("empty"), withIntermediateDirectories: true)
            if let file = mistake.file { try place.write(file, as: "decisions.csv") }
            var arguments = mistake.arguments
            if arguments[0] == "run", !arguments.contains("--base-url"), !arguments.contains("--rate") {
                arguments += ["--base-url", sandbox.baseURL]
            }

            let run = try await place.startUsher(arguments, environment: mistake.environment).finished()

            #expect(run.code == mistake.code, "\(run.errors)")
            for words in mistake.says { #expect(run.errors.contains(words), "\(run.errors)") }
            #expect(try sandbox.audit.count == 0)
            if let file = mistake.file { #expect(try place.read("decisions.csv") == file) }
            if let rows = mistake.rows {
                #expect(try place.results("decisions.csv").outcomes == ["pending": rows])
            } else {
                #expect(!place.has("decisions.csv.results.csv"))
            }
        }
    }

    @Test("in a row is explained by check and in the results, and the good rows are done", arguments: rows)
    func wrongRows(_ mistake: Mistake) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            try place.write(mistake.file ?? "", as: "decisions.csv")

            let check = try await place.usher("check", "decisions.csv")
            #expect(check.code == 1)
            #expect(check.output.contains(": row 3\n  row 3"), "\(check.output)")
            let run = try await place.usher("run", "decisions.csv", to: sandbox)

            #expect(run.code == 1, "\(run.errors)")
            let results = try place.results("decisions.csv")
            #expect(results["outcome"] == ["applied", "rejected", "applied"])
            for words in mistake.says {
                #expect(check.output.contains(words), "\(check.output)")
                #expect(results["reason"][1].contains(words), "\(results["reason"][1])")
            }
            #expect(
                Set(try sandbox.audit.updates().flatMap(\.asked).map(\.registrant)) == [
                    "first@example.org", "last@example.org",
                ]
            )
        }
    }

    /// What an ordinary user may not do.
    enum Forbidden: CaseIterable {
        case file, journal, results, besideTheFile
    }

    @Test("of permissions is explained before anything is sent", arguments: Forbidden.allCases)
    func permissions(_ forbidden: Forbidden) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let files = FileManager.default
            try files.createDirectory(at: place.url("closed"), withIntermediateDirectories: true)
            try place.write(Mistake.good, as: "decisions.csv")
            try place.write(Mistake.good, as: "closed/decisions.csv")
            try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place.url("closed").path)
            var arguments = ["run", "decisions.csv"]
            switch forbidden {
            case .file: try files.setAttributes([.posixPermissions: 0], ofItemAtPath: place.url("decisions.csv").path)
            case .journal: arguments += ["--journal", "closed/journal.db"]
            case .results: arguments += ["--results", "closed"]
            case .besideTheFile: arguments = ["run", "closed/decisions.csv"]
            }

            let run = try await place.startUsher(arguments, to: sandbox, isOrdinaryUser: true).finished()

            #expect(run.code == (forbidden == .file ? 65 : 74), "\(run.errors)")
            #expect(run.errors.contains("Permission denied"), "\(run.errors)")
            let advice =
                switch forbidden {
                case .file: "Check its permissions"
                case .journal: "--journal"
                case .results, .besideTheFile: "--results"
                }
            #expect(run.errors.contains(advice), "\(run.errors)")
            #expect(try sandbox.audit.count == 0)
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.url("closed").path)
            #expect(try files.contentsOfDirectory(atPath: place.url("closed").path) == ["decisions.csv"])

            // Mended, all is done: nothing was lost.
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.url("decisions.csv").path)
            let mended = try await place.startUsher(arguments, to: sandbox, isOrdinaryUser: true).finished()
            #expect(mended.code == 0, "\(mended.errors)")
            #expect(try sandbox.audit.updates().flatMap(\.done).count == 1)
        }
    }

    @Test("one bad file of several does not keep the others from being done")
    func severalFiles() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            try place.write("", as: "empty.csv")
            let good = try place.write(Mistake.good, as: "good.csv")
            let run = try await place.usher("run", "empty.csv", "missing.csv", good, to: sandbox)
            #expect(run.code == 65)
            #expect(run.errors.contains("empty.csv") && run.errors.contains("missing.csv"))
            #expect(try place.results(good).outcomes == ["applied": 1])
        }
    }

    @Test("a server that is not there ends the run with 69, and the rows stay pending")
    func unreachable() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            await sandbox.child.destroy()
            let file = try place.write(Mistake.good, as: "decisions.csv")
            let run = try await place.usher("run", file, to: sandbox)
            #expect(run.code == 69, "\(run.errors)")
            #expect(run.errors.contains("run the same command again"))
            #expect(try place.results(file).outcomes == ["pending": 1])
            let status = try await place.usher("status", "--check")
            #expect(status.code == 0, "\(status.errors)")
        }
    }
}

extension BadInputTests.Mistake {
    fileprivate init(_ name: String, _ arguments: [String], _ code: Int32, _ says: [String]) {
        self.init(testDescription: name, arguments: arguments, code: code, says: says)
    }

    fileprivate init(_ name: String, file: String, _ code: Int32, _ says: [String]) {
        self.init(testDescription: name, file: file, code: code, says: says)
    }

    fileprivate init(_ name: String, environment: [String: String?], _ code: Int32, _ says: [String], rows: Int) {
        self.init(testDescription: name, environment: environment, code: code, says: says, rows: rows)
    }

    /// A wrong row between two good ones.
    fileprivate init(_ name: String, row: String, _ says: [String]) {
        let file = """
            Meeting,Registrant ID,Email,Action
            84512093377,,first@example.org,approve
            \(row)
            84512093377,,last@example.org,approve

            """
        self.init(testDescription: name, file: file, code: 1, says: says)
    }
}

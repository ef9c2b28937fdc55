import Foundation
import Testing

/// A mistake of each kind that can be made in a command line, a file or a machine before the first request. What is found
/// to be wrong where, and in which words, is tested where it is found.
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
            "a misspelled column",
            file: "Meeting,Email,Actoin\n84512093377,guest@example.org,approve\n",
            65,
            ["row 1", "\"Actoin\" comes nearest", "rename it to \"Action\""]
        ),
    ]

    static let commands = [
        Mistake("an unknown command", ["chekc", "decisions.csv"], 64, ["Is `usher check` meant?"]),
        Mistake("an unknown option", ["run", "decisions.csv", "--fast"], 64, ["--fast"]),
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
        Mistake(
            "a token that no header takes",
            environment: ["ZOOM_ACCESS_TOKEN": "\(Sandbox.token)\n\(Sandbox.token)"],
            78,
            ["ZOOM_ACCESS_TOKEN: It must hold the secret alone"],
            rows: 1
        ),
    ]

    @Test("is explained, sends nothing and touches nothing", arguments: spreadsheets + commands)
    func mistakes(_ mistake: Mistake) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            if let file = mistake.file { try place.write(file, as: "decisions.csv") }
            var arguments = mistake.arguments
            if arguments[0] == "run" { arguments += ["--base-url", sandbox.baseURL] }

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
}

import Foundation
import Testing

@Suite("usher doctor")
struct DoctorTests {
    /// What it found.
    private struct Report: Decodable {
        struct Check: Decodable {
            let state: String
            let check: String
            let detail: String
            let advice: String?
        }

        let exitCode: Int32
        let checks: [Check]

        /// How a check ended, the gravest of several.
        subscript(name: String) -> String? {
            let states = checks.filter { $0.check == name }.map(\.state)
            return ["problem", "warning", "ok"].first(where: states.contains)
        }
    }

    private func doctor(
        _ place: Workplace,
        _ arguments: String...,
        to sandbox: Sandbox? = nil,
        environment: [String: String?] = [:]
    ) async throws -> (Report, Finished) {
        let run = try await place.startUsher(
            ["doctor", "--format", "json"] + arguments,
            to: sandbox,
            environment: environment
        ).finished()
        #expect(!(run.output + run.errors).contains("sandbox-secret"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let report = try decoder.decode(Report.self, from: Data(run.output.utf8))
        #expect(report.exitCode == run.code)
        return (report, run)
    }

    @Test("all is well, before the first run and after")
    func well() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let (before, run) = try await doctor(place, to: sandbox, environment: Sandbox.credentialsOnly)
            #expect(run.code == 0, "\(run.output)")
            for check in ["settings", "journal", "credentials", "server", "clock", "token", "scopes"] {
                #expect(before[check] == "ok", "\(check): \(run.output)")
            }
            #expect(try sandbox.audit.updates().count == 0)
            #expect(!FileManager.default.fileExists(atPath: place.journal.path), "it makes nothing")

            let file = try place.write(Spreadsheet.one(registrants: 3).csv, as: "decisions.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            let (after, again) = try await doctor(place, to: sandbox, environment: Sandbox.credentialsOnly)
            #expect(again.code == 0)
            #expect(after["journal"] == "ok")
            #expect(after["locks"] == "ok")
            let left = try FileManager.default.contentsOfDirectory(
                atPath: place.journal.deletingLastPathComponent().path
            )
            #expect(!left.contains { $0.contains("doctor") })
        }
    }

    @Test("a person reads one line for each check, and what to do")
    func text() async throws {
        try await withWorkplace { place in
            try place.write("plan: pro\n", as: "c.yaml")
            let environment = ["USHER_CONFIG": Optional("c.yaml"), "USHER_SERVICE_HOST": "10.0.0.7"]
            let run = try await place.usher("doctor", "--offline", environment: environment)
            #expect(run.code == 78)
            // What is wrong with the variables is a line of its own, and not said besides.
            #expect(run.errors.isEmpty, "\(run.errors)")
            #expect(run.output.contains("warning  variables") && run.output.contains("Nothing is wrong in c.yaml."))
            #expect(run.output.contains("problem  credentials  No credentials for Zoom: set ZOOM_ACCOUNT_ID"))
            #expect(run.output.contains("1 problem, 1 warning.") || run.output.contains("1 problem, 2 warnings."))
        }
    }
}

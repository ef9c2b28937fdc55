import Foundation
import Testing
import Zoom

/// Every row of the table of Zoom's answers, met by the built command.
@Suite("Each of Zoom's answers ends as documented", .serialized)
struct AnswerTests {
    /// An answer that never comes is waited for a whole minute, so that one is left out unless asked for.
    static let rows = AnswerTable.rows.map(\.name).filter {
        $0 != "timeout" || ProcessInfo.processInfo.environment["USHER_SLOW_TESTS"] != nil
    }

    @Test("a run ends with the documented outcome", arguments: rows)
    func outcome(row: String) async throws {
        let scene = try #require(AnswerScene.of(row), "the row \"\(row)\" has no scene in the end-to-end tests")
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(scene.sandbox, seed: scene.seed)
            let file = try place.write(scene.sheet.csv, as: "decisions.csv")
            let base =
                switch scene.address {
                case .sandbox: sandbox.baseURL
                case .nobody: "http://127.0.0.1:1/v2"
                case .secure: sandbox.baseURL.replacing("http://", with: "https://")
                }
            var environment: [String: String?] = ["ZOOM_ACCESS_TOKEN": Sandbox.token]
            environment.merge(scene.environment) { $1 }

            let child = try place.startUsher(
                ["run", file, "--base-url", base, "--oauth-url", sandbox.tokenURL] + scene.arguments,
                environment: environment
            )
            if scene.recovers {
                try await sandbox.audit.reaches(1)
                try await sandbox.setFaults([])
            }
            let run = try await child.finished()

            #expect(run.code == scene.code, "\(run.output)\(run.errors)")
            let results = try place.results(file)
            results.expectToMirror(scene.sheet)
            #expect(results.outcomes == scene.outcomes)
            if let reason = scene.reason { #expect(results["reason"].contains { $0.contains(reason) }) }
            // What is reported as applied was done, and what was done is reported as applied.
            let applied = zip(scene.sheet.rows, results["outcome"]).filter { $0.1 == "applied" }.map { $0.0.registrant }
            #expect(Set(try sandbox.audit.updates().flatMap(\.applied)) == Set(applied))
            let status = try await place.usher("status", "--check")
            #expect(status.code == 0, "\(status.errors)")
        }
    }

    @Test("a meeting that is refused gets one request, whatever else there is for it")
    func oneRequest() async throws {
        let scene = try #require(AnswerScene.of("not the host"))
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(scene.sandbox, seed: scene.seed)
            let file = try place.write(scene.sheet.csv, as: "decisions.csv")
            _ = try await place.usher("run", file, to: sandbox)
            #expect(try sandbox.audit.updates().count == 1)
            #expect(Set(try place.results(file)["zoom_code"]) == ["3003"])
        }
    }
}

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

    @Test("nothing is asked of Zoom where a setting is wrong, though the credentials would do")
    func brokenSettings() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            try place.write("plam: pro\n", as: "c.yaml")
            let (report, run) = try await doctor(
                place,
                "--config",
                "c.yaml",
                "--base-url",
                sandbox.baseURL,
                "--oauth-url",
                sandbox.tokenURL,
                environment: Sandbox.credentialsOnly
            )
            #expect(run.code == 78 && report["settings"] == "problem" && report["token"] == nil)
            #expect(report["server"] == "warning", "\(run.output)")
            #expect(try await sandbox.stats().tokens == 0 && sandbox.audit.count == 0)
        }
    }

    @Test(
        "an inbox that is missing, closed or another group's, and figures that can't be written, are told",
        .enabled(if: Privileges.canBecomeNobody, "needs root, to become another user")
    )
    func night() async throws {
        try await withWorkplace { place in
            try place.giveDesk(to: 0)
            try FileManager.default.createDirectory(at: place.url("own"), withIntermediateDirectories: false)
            let owner: [FileAttributeKey: Any] = [.ownerAccountID: 65_534, .groupOwnerAccountID: 65_534]
            try FileManager.default.setAttributes(owner, ofItemAtPath: place.url("own").path)
            func look(_ variables: String) async throws -> (Int32?, String) {
                let run = try await place.script(
                    """
                    \(variables) setpriv \(Privileges.nobody.joined(separator: " ")) usher doctor --offline \\
                        --journal own/journal.db
                    """,
                )
                return (run.code, run.output)
            }
            func lay(_ mode: Int, group: Int) throws {
                try? FileManager.default.removeItem(at: place.url("inbox"))
                try FileManager.default.createDirectory(
                    at: place.url("inbox/results"),
                    withIntermediateDirectories: true
                )
                for path in ["inbox", "inbox/results"] {
                    try FileManager.default.setAttributes(
                        [.groupOwnerAccountID: group],
                        ofItemAtPath: place.url(path).path
                    )
                    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.url(path).path)
                }
            }
            let inbox = "ZOOM_ACCESS_TOKEN=t USHER_INBOX='\(place.url("inbox").path)'"
            let missing = try await look(inbox)
            #expect(missing.0 == 78 && missing.1.contains("There is no inbox"), "\(missing)")
            try lay(0o2770, group: 65_534)
            let well = try await look(inbox)
            #expect(well.0 == 0 && well.1.contains(/ok +inbox/), "\(well)")
            try lay(0o2770, group: 0)
            let closed = try await look(inbox)
            #expect(closed.0 == 78 && closed.1.contains("may not read the inbox"), "\(closed)")
            try lay(0o2777, group: 0)
            let another = try await look(inbox)
            #expect(another.0 == 0 && another.1.contains("which this user is not in"), "\(another)")
            try lay(0o770, group: 65_534)
            #expect(try await look(inbox).1.contains("chmod g+s"))
            try lay(0o2755, group: 65_534)
            let unwritable = try await look(inbox)
            #expect(unwritable.0 == 74 && unwritable.1.contains("No file can be written in"), "\(unwritable)")
            try lay(0o2770, group: 65_534)
            let list = try place.write("Meeting,Email,Action\n", as: "inbox/list.csv")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.url(list).path)
            #expect(try await look(inbox).1.contains("may not read list.csv"))
            let figures = try await look("ZOOM_ACCESS_TOKEN=t USHER_METRICS_FILE='\(place.url("usher.prom").path)'")
            #expect(figures.0 == 74 && figures.1.contains(/problem +metrics/), "\(figures)")
        }
    }

    @Test("in the nightly run's place it asks systemd about the timer and the alert")
    func units() async throws {
        try await withWorkplace { place in
            try FileManager.default.createDirectory(at: place.url("bin"), withIntermediateDirectories: false)
            try place.write(
                """
                #!/bin/sh
                printf 'Id=usher.service\\nOnFailure=usher-failure@usher.service.service\\nLoadCredential=\\n\\n'
                printf 'Id=usher.timer\\nLoadState=loaded\\nUnitFileState=disabled\\nActiveState=inactive\\n'
                """,
                as: "bin/systemctl"
            )
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: place.url("bin/systemctl").path
            )
            let path = "\(place.url("bin").path):/usr/bin:/bin"
            let environment = ["ZOOM_ACCESS_TOKEN": "t", "STATE_DIRECTORY": place.url("state").path, "PATH": path]
            let (report, run) = try await doctor(place, "--offline", environment: environment)
            #expect(report["timer"] == "warning" && report["alert"] == "warning" && run.code == 0, "\(run.output)")
            #expect(run.output.contains("systemctl enable --now usher.timer"))
        }
    }
}

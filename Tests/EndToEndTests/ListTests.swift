import Foundation
import Testing
import ZoomModel

@Suite("From who is waiting to a decision", .serialized)
struct ListTests {
    private static let meeting = "84512093377"
    private static let webinar = "91234567890"
    private static let evenings = ["1796666400000", "1797271200000"]

    private static func id(_ number: Int) -> String { "\(number)-_defghijklmnopqrstuvw".prefix(22).description }

    /// A meeting with three people who wait, and a webinar of two evenings.
    private static let seed = Seed(
        meetings: [
            SeedMeeting(
                id: meeting,
                registrants: (0..<4).map { number in
                    SeedRegistrant(
                        // Some of Zoom's own ids begin like a formula.
                        id: number == 2 ? "-bcdefghijklmnopqrstuv" : id(number),
                        email: "guest.\(number)@example.org",
                        status: number == 3 ? .approved : .pending,
                        firstName: "Zoë",
                        answers: [SeedAnswer(title: "Action", value: "=1+1")]
                    )
                },
                topic: "Winter, talks",
                start: "2026-12-05T18:00:00Z"
            ),
            SeedMeeting(id: "68423085123", registration: false),
        ],
        webinars: [
            SeedMeeting(
                id: webinar,
                occurrences: evenings,
                registrants: (4..<6).map { SeedRegistrant(id: id($0), email: "guest.\($0)@example.org") },
                topic: "Evenings",
                registrationType: 2
            )
        ]
    )

    /// Writes an action into each row of a list.
    private func fill(_ text: String, _ action: (Int) -> String) -> String {
        let records = CSVText.records(text)
        return CSVText.line(records[0])
            + records.dropFirst().enumerated().map { CSVText.line($1.dropLast() + [action($0)]) }.joined()
    }

    @Test("a list is filled in, run and verified, without an id typed by hand; unedited it sends nothing")
    func walk() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(seed: Self.seed)
            let list = try await place.usher(
                "list",
                "845 1209 3377",
                "--webinar",
                Self.webinar,
                "--output",
                "to-decide.csv",
                to: sandbox
            )
            #expect(list.code == 0, "\(list.errors)")
            #expect(list.output.hasPrefix("7 registrations written to to-decide.csv."))
            let mode = try FileManager.default.attributesOfItem(atPath: place.url("to-decide.csv").path)[
                .posixPermissions
            ]
            #expect(mode as? Int == 0o600)
            let records = CSVText.records(try place.read("to-decide.csv"))
            #expect(records.count == 8 && records[0].first == "Meeting ID" && records[0].last == "Action")
            #expect(records[1][0] == "845 1209 3377" && records[4][1] == "912 3456 7890")

            let before = try sandbox.audit.updates().count
            let unedited = try await place.usher("run", "to-decide.csv", to: sandbox)
            #expect(unedited.code == 0, "\(unedited.errors)")
            #expect(unedited.output.contains("to-decide.csv: Nothing is decided in it yet"), "\(unedited.output)")
            #expect(try sandbox.audit.updates().count == before)

            try place.write(fill(place.read("to-decide.csv")) { $0 == 1 ? "deny" : "approve" }, as: "decided.csv")
            let run = try await place.usher("run", "decided.csv", to: sandbox)
            #expect(run.code == 0, "\(run.output)\(run.errors)")
            #expect(try place.results("decided.csv").outcomes == ["applied": 7])
            let verify = try await place.usher("verify", "2", to: sandbox)
            #expect(verify.code == 0, "\(verify.output)")

            let left = try await place.usher("list", Self.meeting, "--webinar", Self.webinar, to: sandbox)
            #expect(left.code == 0 && CSVText.records(left.output).count == 1)
            let nobody = try await place.usher("list", Self.meeting, "--output", "nobody.csv", to: sandbox)
            #expect(nobody.code == 0 && nobody.output.hasPrefix("Nobody is waiting for a decision, so nobody.csv"))
            let denied = try await place.usher(
                "list",
                Self.meeting,
                "--status",
                "denied",
                "--format",
                "json",
                to: sandbox
            )
            #expect(denied.output.contains(#""email":"guest.1@example.org""#) && denied.code == 0)
        }
    }

    @Test(
        "LibreOffice between list and run changes no id",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/soffice"), "soffice is not installed")
    )
    func libreOffice() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(seed: Self.seed)
            _ = try await place.usher(
                "list",
                Self.meeting,
                "--webinar",
                Self.webinar,
                "--output",
                "list.csv",
                to: sandbox
            )
            try place.write(fill(place.read("list.csv")) { _ in "approve" }, as: "decided.csv")
            let office = try await place.shell(
                """
                soffice -env:UserInstallation=file://$TMPDIR/office --headless --convert-to ods --outdir . decided.csv && \
                soffice -env:UserInstallation=file://$TMPDIR/office --headless --convert-to csv --outdir saved decided.ods
                """
            )
            #expect(office.code == 0, "\(office.errors)")
            let run = try await place.usher("run", "saved/decided.csv", to: sandbox)
            #expect(run.code == 0, "\(run.output)\(run.errors)")
            #expect(try place.results("saved/decided.csv").outcomes == ["applied": 7])
            let left = try await place.usher("list", Self.meeting, "--webinar", Self.webinar, to: sandbox)
            #expect(CSVText.records(left.output).count == 1)
        }
    }

    @Test("a file that is there is kept, until --force replaces it")
    func output() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(seed: Self.seed)
            try place.write("decided\n", as: "list.csv")
            let kept = try await place.usher("list", Self.meeting, "--output", "list.csv", to: sandbox)
            #expect(kept.code == 64 && kept.errors.contains("--force"))
            #expect(try place.read("list.csv") == "decided\n")
            #expect(try await place.usher("list", Self.meeting, "--output", "no/list.csv", to: sandbox).code == 74)
            #expect(
                try await place.usher("list", Self.meeting, "--output", "list.csv", "--force", to: sandbox).code == 0
            )
            #expect(try place.read("list.csv").contains("guest.0@example.org"))
        }
    }

    @Test("what can't be listed is said, and nothing half is written")
    func refused() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(seed: Self.seed)
            for (number, reason) in [("999999999", "does not exist"), ("68423085123", "registration")] {
                let one = try await place.usher("list", number, "--output", "one.csv", to: sandbox)
                #expect(one.code == 1 && one.errors.contains(number), "\(one.errors)")
                #expect(one.errors.lowercased().contains(reason), "\(one.errors)")
                #expect(!place.has("one.csv"))
            }
            let both = try await place.usher("list", Self.meeting, "999999999", to: sandbox)
            #expect(both.code == 1 && CSVText.records(both.output).count == 4)
            #expect(try await place.usher("list", "845", to: sandbox).code == 64)
            #expect(try await place.usher("list", to: sandbox).code == 64)

            try await sandbox.setFaults(["503:1"])
            let failing = try await place.usher("list", Self.meeting, "--output", "one.csv", to: sandbox)
            #expect([69, 75].contains(failing.code) && !place.has("one.csv"))
        }
    }

    @Test("a scope that is missing is named, with what to do")
    func scope() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                ["--scopes", "webinar:read:list_registrants:admin"],
                seed: Self.seed
            )
            let list = try await place.usher(
                "list",
                "--webinar",
                Self.webinar,
                to: sandbox,
                environment: Sandbox.credentialsOnly
            )
            #expect(list.code == 77 && list.output.isEmpty)
            #expect(list.errors.contains("lacks the scope webinar:read:webinar:admin. Add it to the app"))
        }
    }

    @Test("a host's upcoming meetings are listed without a number typed by hand, and what is left out is said")
    func host() async throws {
        let host = "events@example.org"
        func people(_ number: Int) -> [SeedRegistrant] {
            [SeedRegistrant(id: Self.id(number), email: "guest.\(number)@example.org")]
        }
        let seed = Seed(
            meetings: [
                SeedMeeting(id: Self.meeting, registrants: people(1), start: "2099-02-01T18:00:00Z", host: host),
                SeedMeeting(id: "68423085123", registration: false, host: host),
                SeedMeeting(id: "73023085123", registrants: people(2), host: "bea@example.org"),
            ],
            webinars: [SeedMeeting(id: Self.webinar, registrants: people(3), start: "2099-01-01T18:00:00Z", host: host)]
        )
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(seed: seed)
            let list = try await place.usher("list", "--host", host, to: sandbox)
            #expect(list.code == 0 && list.errors.contains("1 upcoming meeting without registration left out."))
            let records = CSVText.records(list.output)
            #expect(records.dropFirst().map { $0[0] + $0[1] } == ["912 3456 7890", "845 1209 3377"])

            let without = try await place.usher("list", "--host", "bea@example.org", to: sandbox)
            #expect(without.code == 0 && CSVText.records(without.output).count == 2)
            #expect(without.errors.contains("meetings are listed, webinars are not. This host has no webinar plan."))

            let unknown = try await place.usher("list", "--host", "no@example.org", "--output", "no.csv", to: sandbox)
            #expect(unknown.code == 1 && !place.has("no.csv"))
            #expect(unknown.errors.contains("host no@example.org: Zoom knows no user of this account"))
            #expect(try await place.usher("list", "--host", "ada", to: sandbox).code == 64)
        }
    }

    @Test("a host's list without its scopes: meetings' are named before anything is sent, webinars' are left out")
    func hostScopes() async throws {
        let seed = Seed(
            meetings: [SeedMeeting(id: Self.meeting, registrants: [SeedRegistrant(id: "a")], host: "ada@example.org")]
        )
        let lists = "meeting:read:meeting:admin,meeting:read:list_registrants:admin"
        let apps: [(scopes: String, code: Int32)] = [(lists, 77), ("\(lists),meeting:read:list_meetings:admin", 0)]
        for (scopes, code) in apps {
            try await withWorkplace { place in
                let sandbox = try await place.startSandbox(["--scopes", scopes], seed: seed)
                let list = try await place.usher(
                    "list",
                    "--host",
                    "ada@example.org",
                    to: sandbox,
                    environment: Sandbox.credentialsOnly
                )
                #expect(list.code == code, "\(list.errors)")
                if code == 0 {
                    #expect(CSVText.records(list.output).count == 2)
                    #expect(list.errors.contains("meetings are listed, webinars are not. The app lacks the scopes"))
                } else {
                    #expect(list.errors.contains("lacks the scope meeting:read:list_meetings:admin. Add it"))
                    let requests = try sandbox.audit.requests()
                    #expect(requests.allSatisfy { $0.method == "POST" })
                }
            }
        }
    }
}

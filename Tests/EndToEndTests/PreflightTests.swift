import Testing
import ZoomModel

@Suite("Looking at Zoom's lists before sending", .serialized)
struct PreflightTests {
    private static let meeting = "84512093377"

    private static let people = [
        SeedRegistrant(id: "q0", email: "ann@example.org"),
        SeedRegistrant(id: "q1", email: "Bob@example.org", status: .approved),
        SeedRegistrant(id: "q2", email: "cem@example.org", status: .denied),
        SeedRegistrant(id: "q3", email: "dot@example.org", status: .cancelled),
        SeedRegistrant(id: "q4", email: "eve@example.org", status: .approved),
    ]

    private static func row(_ id: String, _ email: String, _ action: String) -> Spreadsheet.Row {
        Spreadsheet.Row(meeting: meeting, registrant: id, email: email, action: action)
    }

    @Test("each row ends as Zoom's lists say, and no request is refused")
    func outcomes() async throws {
        let expected: [(Spreadsheet.Row, String)] = [
            (Self.row("", "ANN@example.org", "approve"), "applied"),
            (Self.row("q1", "bob@example.org", "approve"), "skipped"),
            (Self.row("", "cem@example.org", "deny"), "skipped"),
            (Self.row("q9", "", "approve"), "failed"),
            (Self.row("", "zed@example.org", "deny"), "failed"),
            (Self.row("q3", "dot@example.org", "cancel"), "failed"),
            (Self.row("q4", "fay@example.org", "deny"), "failed"),
            (Self.row("q8", "eve@example.org", "approve"), "failed"),
        ]
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people)])
            )
            let sheet = Spreadsheet(rows: expected.map(\.0))
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--preflight", to: sandbox)

            let results = try place.results(file)
            results.expectToMirror(sheet)
            #expect(results["outcome"] == expected.map(\.1))
            #expect(run.code == 1, "\(run.errors)")
            let updates = try sandbox.audit.updates()
            #expect(updates.map(\.status) == [204])
            // The id that was learned is sent together with the email.
            #expect(updates.first?.registrants == [Audit.Request.Registrant(id: "q0", email: "ANN@example.org")])
            #expect(results["reason"][6].contains("another email"))
            #expect(results["reason"][7].contains("The registrant id is not one of Zoom's"))
            let status = try await place.usher("status", "--check")
            #expect(status.code == 0, "\(status.errors)")

            // The same file again asks anew about what failed; the lists say the same, so nothing is sent.
            let again = try await place.usher("run", file, "--preflight", to: sandbox)
            #expect(again.code == 1)
            #expect(try place.results(file)["outcome"] == expected.map(\.1))
            #expect(try sandbox.audit.updates().count == 1)
        }
    }

    @Test("who was missing and has registered since is sent when the file is named again")
    func registeredSince() async throws {
        try await withWorkplace { place in
            let sheet = Spreadsheet(rows: [Self.row("", "zed@example.org", "approve")])
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let before = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people)])
            )
            #expect(try await place.usher("run", file, "--preflight", to: before).code == 1)
            let now = Self.people + [SeedRegistrant(id: "q9", email: "zed@example.org")]
            let after = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: now)]),
                audit: "later.jsonl"
            )
            let run = try await place.usher("run", file, "--preflight", to: after)
            #expect(run.code == 0, "\(run.errors)")
            #expect(try after.audit.updates().flatMap(\.applied) == ["q9"])
        }
    }

    @Test(
        "a registrant whom this journal saw and somebody cancelled since is cancelled already",
        arguments: ["denied", "nowhere"]
    )
    func cancelledSince(cancelled: String) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                "--cancelled",
                cancelled,
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: Self.people)])
            )
            let first = try place.write(Spreadsheet(rows: [Self.row("q0", "", "approve")]).csv, as: "first.csv")
            #expect(try await place.usher("run", first, to: sandbox).code == 0)
            // Somebody cancels it in Zoom.
            let elsewhere = try place.write(Spreadsheet(rows: [Self.row("q0", "", "cancel")]).csv, as: "elsewhere.csv")
            #expect(try await place.usher("run", elsewhere, "--journal", "other.db", to: sandbox).code == 0)

            let last = try place.write(Spreadsheet(rows: [Self.row("q0", "", "cancel")]).csv, as: "last.csv")
            let run = try await place.usher("run", last, "--preflight", to: sandbox)
            #expect(run.code == 0, "\(run.errors)")
            #expect(try place.results(last)["outcome"] == ["skipped"])
            #expect(try sandbox.audit.updates().count == 2)
        }
    }

    @Test("2 % of wrong registrants in many meetings cost no refused request, and batches are full")
    func manyMeetings() async throws {
        var meetings: [SeedMeeting] = []
        var rows: [Spreadsheet.Row] = []
        var expected: [String] = []
        for number in 0..<6 {
            let id = "8451209\(3_000 + number)"
            let count = 40 + number * 60
            let people = (0..<count).map {
                SeedRegistrant(id: "m\(number)r\($0)", email: "m\(number)r\($0)@example.org")
            }
            meetings.append(SeedMeeting(id: id, registrants: people))
            for place in 0..<count {
                let isBad = place % 50 == 7
                var row = Spreadsheet.Row(meeting: id)
                // By id, by email, by both.
                let name = "m\(number)r\(place)\(isBad ? "x" : "")"
                if place % 3 != 1 { row.registrant = name }
                if place % 3 != 0 { row.email = "\(name)@example.org" }
                row.action = ["approve", "deny"][place % 2]
                rows.append(row)
                expected.append(isBad ? "failed" : "applied")
            }
        }
        let sheet = Spreadsheet(rows: rows)
        try await withWorkplace { [meetings, expected] place in
            let sandbox = try await place.startSandbox("--no-rate-limit", seed: Seed(meetings: meetings))
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--preflight", "--plan", "business", to: sandbox)
            #expect(run.code == 1, "\(run.errors)")
            #expect(try place.results(file)["outcome"] == expected)
            let requests = try sandbox.audit.requests()
            #expect(Set(requests.compactMap(\.status)) == [200, 204])
            // As few as there can be: for each meeting and action, the good ones in batches of 30.
            var groups: [String: Int] = [:]
            for (row, outcome) in zip(sheet.rows, expected) where outcome == "applied" {
                groups[row.meeting + row.action, default: 0] += 1
            }
            let fewest = groups.values.reduce(0) { $0 + ($1 + 29) / 30 }
            #expect(try sandbox.audit.updates().count == fewest)
            let stats = try await sandbox.stats()
            #expect(stats.peakPerMeeting == 1)
        }
    }

    @Test("on the slowest plan lists and updates share its rate, and all is done")
    func slowPlan() async throws {
        try await withWorkplace { place in
            let people = (0..<4).map { SeedRegistrant(id: "r\($0)") }
            let seed = Seed(meetings: (0..<2).map { SeedMeeting(id: "8451209337\($0)", registrants: people) })
            let sandbox = try await place.startSandbox("--plan", "free", seed: seed)
            let rows = (0..<8).map { Spreadsheet.Row(meeting: "8451209337\($0 % 2)", registrant: "r\($0 / 2)") }
            let file = try place.write(Spreadsheet(rows: rows).csv, as: "decisions.csv")
            let start = ContinuousClock.now
            let run = try await place.usher("run", file, "--preflight", "--plan", "free", to: sandbox)
            #expect(run.code == 0, "\(run.errors)")
            // Six lists and two updates, two in a second; two limiters would need half a second less.
            #expect(ContinuousClock.now - start >= .seconds(3))
            #expect(try sandbox.audit.requests().count { $0.status == 200 } == 6)
            #expect(try sandbox.audit.requests().count { $0.status == 204 } == 2)
        }
    }

    @Test("faults while the lists are read change nothing about the outcome")
    func faults() async throws {
        try await withWorkplace { place in
            let people = (0..<700).map { SeedRegistrant(id: "r\($0)", email: "guest.\($0)@example.org") }
            let sandbox = try await place.startSandbox(
                "--plan",
                "business",
                "--fail",
                "503:0.1",
                "--fail",
                "cut-before:0.1",
                "--fail",
                "html:0.05",
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, registrants: people)])
            )
            let sheet = Spreadsheet.one(meeting: Self.meeting, registrants: 720)
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--preflight", "--plan", "business", to: sandbox)
            #expect(run.code == 1, "\(run.errors)")
            let expected = (0..<720).map { $0 < 700 ? "applied" : "failed" }
            #expect(try place.results(file)["outcome"] == expected)
        }
    }

    @Test("without the scope for lists nothing is sent, and the scope is named")
    func scope() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--scopes", "meeting:update:registrant_status:admin")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")
            let run = try await place.startUsher(
                ["run", file, "--preflight"],
                to: sandbox,
                environment: Sandbox.credentialsOnly
            ).finished()
            #expect(run.code == 77)
            #expect(run.errors.contains("meeting:read:list_registrants:admin"))
            #expect(try place.results(file).outcomes == ["pending": 2])
            #expect(try sandbox.audit.updates().isEmpty)
        }
    }

    @Test("a meeting that Zoom refuses to list is failed without an update")
    func refusedMeeting() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                "--open",
                seed: Seed(meetings: [SeedMeeting(id: Self.meeting, refuse: .missing)])
            )
            let file = try place.write(Spreadsheet.one(registrants: 40).csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--preflight", to: sandbox)
            #expect(run.code == 1)
            #expect(try place.results(file).outcomes == ["failed": 40])
            #expect(try sandbox.audit.requests().count == 1)
        }
    }

    @Test("--preflight and --reapply exclude each other")
    func exclusive() async throws {
        try await withWorkplace { place in
            let file = try place.write(Spreadsheet.one(registrants: 1).csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--preflight", "--reapply")
            #expect(run.code == 64)
        }
    }
}

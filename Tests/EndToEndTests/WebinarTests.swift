import Testing
import ZoomModel

@Suite("Webinars", .serialized)
struct WebinarTests {
    private static let number = "84512093377"

    /// Runs a spreadsheet and returns what it asked for, by kind and registrant.
    private func run(_ csv: String, _ arguments: String..., scopes: String? = nil) async throws -> (
        run: Finished, asked: Set<String>, results: Results
    ) {
        try await withWorkplace { place in
            let options = ["--open"] + (scopes.map { ["--scopes", $0] } ?? [])
            let sandbox = try await place.startSandbox(options)
            let file = try place.write(csv, as: "decisions.csv")
            let command = ["run", file] + arguments
            let run = try await place.startUsher(command, to: sandbox, environment: Sandbox.credentialsOnly).finished()
            let asked = try sandbox.audit.updates().flatMap { request in
                request.applied.map { "\(request.path.split(separator: "/")[1])/\(request.target ?? "")/\($0)" }
            }
            return (run, Set(asked), try place.results(file))
        }
    }

    @Test("a column says for each row whether it is a meeting or a webinar, of the same number too")
    func column() async throws {
        let csv = """
            Meeting,Type,Registrant ID,Action
            \(Self.number),meeting,a,approve
            \(Self.number),webinar,b,deny
            \(Self.number),Webinar,c,cancel
            \(Self.number),,d,approve
            """
        let (run, asked, results) = try await run(csv)
        #expect(run.code == 0, "\(run.errors)")
        #expect(results.outcomes == ["applied": 4])
        #expect(
            asked == [
                "meetings/\(Self.number)/a", "webinars/\(Self.number)/b", "webinars/\(Self.number)/c",
                "meetings/\(Self.number)/d",
            ]
        )
    }

    @Test("a column of ticket types that is called so too is not taken for it")
    func ticketType() async throws {
        let csv = """
            Webinar ID,Type,Registrant ID,Action
            \(Self.number),Early bird,a,approve
            \(Self.number),Regular,b,approve
            """
        let (run, asked, _) = try await run(csv)
        #expect(run.code == 0, "\(run.errors)")
        #expect(asked == ["webinars/\(Self.number)/a", "webinars/\(Self.number)/b"])
    }

    @Test("a header that says webinar makes all its numbers webinars'")
    func header() async throws {
        let (run, asked, _) = try await run("Webinar ID,Registrant ID,Action\n\(Self.number),a,approve\n")
        #expect(run.code == 0, "\(run.errors)")
        #expect(asked == ["webinars/\(Self.number)/a"])
    }

    @Test("--webinars does so for a column that does not say")
    func flag() async throws {
        let csv = "Meeting,Registrant ID,Action\n\(Self.number),a,approve\n"
        let (run, asked, _) = try await run(csv, "--webinars")
        #expect(run.code == 0, "\(run.errors)")
        #expect(asked == ["webinars/\(Self.number)/a"])
    }

    @Test("an app with the scope for webinars alone carries out webinars' decisions")
    func scope() async throws {
        let csv = "Webinar ID,Registrant ID,Action\n\(Self.number),a,approve\n"
        let (run, asked, _) = try await run(csv, scopes: "webinar:update:registrant_status:admin")
        #expect(run.code == 0, "\(run.errors)")
        #expect(asked.count == 1)
    }

    @Test("an app without it stops with the scope's name, and nothing failed")
    func missingScope() async throws {
        let csv = "Webinar ID,Registrant ID,Action\n\(Self.number),a,approve\n"
        let (run, asked, results) = try await run(csv, scopes: "meeting:update:registrant_status:admin")
        #expect(run.code == 77)
        #expect(run.errors.contains("webinar:update:registrant_status:admin"))
        #expect(asked.isEmpty)
        #expect(results.outcomes == ["pending": 1])
    }

    @Test("--preflight reads webinars' lists for webinars")
    func preflight() async throws {
        try await withWorkplace { place in
            let people = [
                SeedRegistrant(id: "a", email: "a@example.org"),
                SeedRegistrant(id: "b", email: "b@example.org", status: .approved),
            ]
            let sandbox = try await place.startSandbox(
                seed: Seed(webinars: [SeedMeeting(id: Self.number, registrants: people)])
            )
            let csv =
                "Webinar,Email,Action\n\(Self.number),a@example.org,approve\n\(Self.number),b@example.org,approve\n"
            let file = try place.write(csv, as: "decisions.csv")
            let run = try await place.usher("run", file, "--preflight", to: sandbox)
            #expect(run.code == 0, "\(run.errors)")
            #expect(try place.results(file)["outcome"] == ["applied", "skipped"])
            #expect(try sandbox.audit.requests().allSatisfy { $0.path.hasPrefix("/v2/webinars/") })
            let verify = try await place.usher("verify", "1", to: sandbox)
            #expect(verify.code == 0, "\(verify.output)\(verify.errors)")
        }
    }
}

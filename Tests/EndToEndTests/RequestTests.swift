import Testing
import ZoomModel

@Suite("What goes over the wire")
struct RequestTests {
    @Test("webinars have their own endpoint, by --webinars, by column and by type")
    func webinars() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let flagged = try place.write(
                Spreadsheet.one(meeting: "84512093371", registrants: 2).csv,
                as: "flagged.csv"
            )
            let column = try place.write("Webinar ID,Email,Action\n84512093372,a@example.org,deny\n", as: "column.csv")
            let typed = try place.write(
                "Meeting,Type,Email,Action\n84512093373,webinar,a@example.org,approve\n84512093374,meeting,b@example.org,approve\n",
                as: "typed.csv"
            )

            #expect(try await place.usher("run", flagged, "--webinars", to: sandbox).code == 0)
            #expect(try await place.usher("run", column, typed, to: sandbox).code == 0)

            let paths = Set(try sandbox.audit.updates().map(\.path))
            #expect(
                paths == [
                    "/v2/webinars/84512093371/registrants/status", "/v2/webinars/84512093372/registrants/status",
                    "/v2/webinars/84512093373/registrants/status", "/v2/meetings/84512093374/registrants/status",
                ]
            )
        }
    }

    @Test("an occurrence id goes into the query, and what is none is never sent")
    func occurrence() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            func sheet(_ ids: [String]) -> Spreadsheet {
                Spreadsheet(
                    rows: ids.map {
                        Spreadsheet.Row(meeting: "84512093377", occurrence: $0, registrant: "r", action: "cancel")
                    }
                )
            }
            let ids = ["1796666400000", "1796753000000"]
            let file = try place.write(sheet(ids + ["a/b?c&d=e", "x y+z%20", "é#", "N/A"]).csv, as: "decisions.csv")

            let run = try await place.usher("run", file, to: sandbox)

            #expect(run.code == 1, "\(run.output)\(run.errors)")
            #expect(try place.results(file).outcomes == ["applied": 2, "rejected": 4])
            let updates = try sandbox.audit.updates()
            #expect(Set(updates.flatMap(\.done)) == sheet(ids).deeds)
            let queries = updates.map { String($0.path.split(separator: "?", maxSplits: 1).last ?? "") }.sorted()
            #expect(queries == ids.map { "occurrence_id=\($0)" })
        }
    }

    @Test("requests are written as JSON, or with --encoding multipart as a form", arguments: ["json", "multipart"])
    func encoding(name: String) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let sheet = Spreadsheet(decisions: 90, meetings: 4)
            let file = try place.write(sheet.csv, as: "decisions.csv")

            #expect(try await place.usher("run", file, "--encoding", name, to: sandbox).code == 0)

            let updates = try sandbox.audit.updates()
            #expect(Set(updates.flatMap(\.done)) == sheet.deeds)
            #expect(Set(updates.map(\.contentType)) == [name == "json" ? "application/json" : "multipart/form-data"])
        }
    }

    @Test("a batch holds what belongs together, at most 30, and each row once")
    func batches() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let sheet = Spreadsheet(decisions: 400, meetings: 3)
            let file = try place.write(sheet.csv, as: "decisions.csv")

            #expect(try await place.usher("run", file, to: sandbox).code == 0)

            let updates = try sandbox.audit.updates()
            let groups = Dictionary(grouping: sheet.rows) { "\($0.meeting) \($0.occurrence) \($0.action)" }
            #expect(updates.count == groups.values.reduce(0) { $0 + ($1.count + 29) / 30 }, "no request is wasted")
            #expect(updates.flatMap(\.asked).count == 400)
            #expect(Set(updates.flatMap(\.asked)) == sheet.deeds)
        }
    }

    @Test("one wrong registrant fails alone: the others of the batch are applied")
    func wrongRegistrant() async throws {
        try await withWorkplace { place in
            let people = (0..<20).filter { $0 != 13 }.map { SeedRegistrant(id: "r\($0)") }
            let sandbox = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: "84512093377", registrants: people)])
            )
            let file = try place.write(Spreadsheet.one(registrants: 20).csv, as: "decisions.csv")

            let run = try await place.usher("run", file, to: sandbox)

            #expect(run.code == 1)
            let results = try place.results(file)
            #expect(results.outcomes == ["applied": 19, "failed": 1])
            #expect(results["outcome"][13] == "failed")
        }
    }
}

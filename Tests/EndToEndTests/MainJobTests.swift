import Testing

@Suite("The main job")
struct MainJobTests {
    @Test("5,000 decisions in 40 meetings with 5 % faults are all applied, and every row comes back")
    func mainJob() async throws {
        try await withWorkplace { place in
            let faults = ["503:0.02", "500-after:0.01", "cut-before:0.01", "cut-after:0.01"]
            let sandbox = try await place.startSandbox(
                "--open",
                "--plan",
                "business",
                "--registrant-daily",
                "0",
                "--fail",
                faults[0],
                "--fail",
                faults[1],
                "--fail",
                faults[2],
                "--fail",
                faults[3]
            )
            let sheet = Spreadsheet(decisions: 5_000, meetings: 40)
            let file = try place.write(sheet.csv, as: "decisions.csv")

            let run = try await place.usher("run", file, "--plan", "business", to: sandbox)

            #expect(run.code == 0, "\(run.errors)")
            let results = try place.results(file)
            results.expectToMirror(sheet)
            #expect(results.outcomes == ["applied": 5_000])
            let updates = try sandbox.audit.updates()
            #expect(Set(updates.flatMap(\.done)) == sheet.deeds)
            #expect(updates.contains { $0.fault != nil })
            #expect(updates.allSatisfy { $0.registrants.count <= 30 })
            let stats = try await sandbox.stats()
            #expect(stats.peakPerMeeting == 1)

            // The same file again ends the same and sends nothing, so it needs neither credentials nor a server.
            let written = try place.read("\(file).results.csv")
            await sandbox.child.destroy()
            let again = try await place.usher("run", file)
            #expect(again.code == 0, "\(again.errors)")
            #expect(try place.read("\(file).results.csv") == written)
        }
    }
}

import Testing

@Suite("A user without any privileges")
struct OrdinaryUserTests {
    @Test(
        "has no thread of Usher's ask for a priority that only root may give",
        .enabled(if: Privileges.canBecomeNobody, "needs root, to become another user")
    )
    func threadPriority() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            try place.write(Spreadsheet(decisions: 60, meetings: 12).csv, as: "d.csv")
            try place.giveDesk(to: 65_534)
            let run = try await place.script(
                """
                export LIBDISPATCH_LOG=stderr
                setpriv \(Privileges.nobody.joined(separator: " ")) usher run d.csv --journal own/journal.db $BASE -q
                """,
                to: sandbox
            )
            #expect(run.code == 0, "\(run.errors)")
            // libdispatch's own manager thread always asks.
            #expect(run.errors.split(separator: "Failed to set thread priority").count <= 2, "\(run.errors)")
        }
    }
}

import Testing
import ZoomModel

@Suite("What goes over the wire")
struct RequestTests {
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

}

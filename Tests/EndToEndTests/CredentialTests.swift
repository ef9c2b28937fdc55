import Testing

@Suite("Credentials")
struct CredentialTests {
    @Test("refused credentials end the run with 77, and no row fails because of them; mended, it is finished")
    func refused() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 3).csv, as: "decisions.csv")
            var environment = Sandbox.credentialsOnly
            environment["ZOOM_CLIENT_SECRET"] = "not-the-secret"

            let run = try await place.usher("run", file, to: sandbox, environment: environment)

            #expect(run.code == 77, "\(run.errors)")
            #expect(run.errors.hasPrefix("usher: ") || run.errors.contains("\nusher: "), "\(run.errors)")
            #expect(!run.errors.contains("not-the-secret"))
            #expect(try place.results(file).outcomes == ["pending": 3])
            #expect(try sandbox.audit.updates().isEmpty)
            let mended = try await place.usher("run", file, to: sandbox, environment: Sandbox.credentialsOnly)
            #expect(mended.code == 0, "\(mended.errors)")
            #expect(try place.results(file).outcomes == ["applied": 3])
        }
    }
}

import AsyncHTTPClient
import Foundation
import NIOCore
import Testing

@Suite("Credentials")
struct CredentialTests {
    @Test("a token is fetched once, used for all requests, and renewed before it expires")
    func expiry() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--token-life", "2")
            let file = try place.write(Spreadsheet.one(registrants: 40).csv, as: "decisions.csv")

            // Forty requests at ten a second outlive the token twice.
            let run = try await place.usher(
                "run",
                file,
                "--batch-size",
                "1",
                "--rate",
                "10",
                to: sandbox,
                environment: Sandbox.credentialsOnly
            )

            #expect(run.code == 0, "\(run.errors)")
            let requests = try sandbox.audit.requests()
            let tokens = requests.filter { $0.path == "/oauth/token" || $0.path.hasPrefix("/oauth/token?") }
            #expect((2...12).contains(tokens.count), "\(tokens.count) tokens")
            #expect(requests.filter { $0.method == "PUT" }.allSatisfy { $0.status == 204 })
        }
    }

    @Test("a token that Zoom takes back in the middle is renewed, and nothing is lost")
    func revoked() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--one-token")
            let sheet = Spreadsheet.one(registrants: 30)
            let file = try place.write(sheet.csv, as: "decisions.csv")

            let run = try place.startUsher(
                ["run", file, "--batch-size", "1", "--rate", "4"],
                to: sandbox,
                environment: Sandbox.credentialsOnly
            )
            try await sandbox.audit.reaches(6, by: run)
            // Another program of the same app asks for a token.
            try await sandbox.takeToken()
            let ended = try await run.finished()

            #expect(ended.code == 0, "\(ended.errors)")
            let updates = try sandbox.audit.updates()
            #expect(updates.contains { $0.status == 401 })
            #expect(Set(updates.flatMap(\.done)) == sheet.deeds)
            #expect(try place.results(file).outcomes == ["applied": 30])
        }
    }

    /// What Zoom may hold against credentials.
    enum Refusal: CaseIterable {
        case badToken, wrongSecret, wrongAccount, missingScope
    }

    @Test("refused credentials end the run with 77, and no row fails because of them", arguments: Refusal.allCases)
    func refused(why: Refusal) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(
                "--open",
                "--scopes",
                why == .missingScope ? "user:read" : Self.scopes
            )
            let file = try place.write(Spreadsheet.one(registrants: 3).csv, as: "decisions.csv")
            var environment = Sandbox.credentialsOnly
            switch why {
            case .badToken: environment = ["ZOOM_ACCESS_TOKEN": "of-yesterday"]
            case .wrongSecret: environment["ZOOM_CLIENT_SECRET"] = "not-the-secret"
            case .wrongAccount: environment["ZOOM_ACCOUNT_ID"] = "not-the-account"
            case .missingScope: break
            }

            let run = try await place.usher("run", file, to: sandbox, environment: environment)

            #expect(run.code == 77, "\(run.errors)")
            #expect(run.errors.hasPrefix("usher: ") || run.errors.contains("\nusher: "), "\(run.errors)")
            #expect(!run.errors.contains("not-the-secret"))
            #expect(try place.results(file).outcomes == ["pending": 3])
            #expect(try sandbox.audit.updates().allSatisfy { $0.applied.isEmpty })

            if why != .missingScope {
                #expect(try await place.usher("run", file, to: sandbox).code == 0, "mended, it is finished")
            }
        }
    }

    @Test(
        "a token with a line end is taken without it, and one that no header takes ends with 78, before anything is sent"
    )
    func mangledToken() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 3).csv, as: "decisions.csv")
            let mangled = ["ZOOM_ACCESS_TOKEN": Optional("\(Sandbox.token)\n\(Sandbox.token)")]
            let refused = try await place.usher("run", file, to: sandbox, environment: mangled)
            #expect(refused.code == 78 && refused.errors.contains("ZOOM_ACCESS_TOKEN: It must hold the secret alone"))
            #expect(try place.results(file).outcomes == ["pending": 3])
            #expect(try place.results(file)["attempts"] == ["0", "0", "0"])
            #expect(try sandbox.audit.count == 0)

            let lineEnd = ["ZOOM_ACCESS_TOKEN": Optional("\(Sandbox.token)\r\n")]
            #expect(try await place.usher("run", file, to: sandbox, environment: lineEnd).code == 0)
            #expect(try place.results(file).outcomes == ["applied": 3])
        }
    }

    private static let scopes = "meeting:update:registrant_status:admin"
}

extension Sandbox {
    /// Asks for a token, as another program would.
    fileprivate func takeToken() async throws {
        let account = Self.credentials["ZOOM_ACCOUNT_ID"] ?? ""
        let name = "\(Self.credentials["ZOOM_CLIENT_ID"] ?? ""):\(Self.credentials["ZOOM_CLIENT_SECRET"] ?? "")"
        var request = HTTPClientRequest(url: "\(tokenURL)?grant_type=account_credentials&account_id=\(account)")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Basic \(Data(name.utf8).base64EncodedString())")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        #expect(response.status == .ok)
    }
}

import Testing

@testable import Zoom

@Suite("Secrets stay secret")
struct SecretTests {
    private static let text = "s3cr3t-Value"

    private func everyWayToShow(_ value: some Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return "\(value) \(String(reflecting: value)) \(dumped) \([value]) \(Optional(value) as Any)"
    }

    @Test("no way of printing a secret shows it")
    func secret() {
        #expect(!everyWayToShow(Secret(Self.text)).contains(Self.text))
    }

    @Test("nor of printing what holds one")
    func holders() throws {
        let secret = Secret(Self.text)
        #expect(!everyWayToShow(Credentials.token(secret)).contains(Self.text))
        let app = Credentials.serverToServer(accountID: "acc", clientID: "cli", clientSecret: secret)
        #expect(!everyWayToShow(app).contains(Self.text))
        #expect("\(app)".contains("cli") && "\(app)".contains("acc"))
        #expect(!everyWayToShow(AccessToken(secret: secret, expiry: .distantFuture)).contains(Self.text))
        let request = TokenRequest(url: .zoomToken, accountID: "acc", clientID: "cli", clientSecret: secret)
        #expect(!everyWayToShow(request).contains(Self.text))
        let client = HTTPZoomClient(.init(version: "0"), credentials: .token(secret))
        #expect(!everyWayToShow(client.configuration).contains(Self.text))
        Task { await client.shutdown() }
    }

    @Test("secrets are still compared by what they hold")
    func equality() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("").isEmpty)
    }
}

import Foundation
import Testing
import Zoom

@Suite("Only the real Zoom is spoken to")
struct TLSTests {
    /// Sends one update, with the tests' authority trusted or not.
    private func send(
        to server: TLSServer,
        host: String = "localhost",
        trusting roots: [String] = [TestCertificates.caCertificate],
        scheme: String = "https"
    ) async throws -> SendResult {
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = try roots.enumerated().map { number, root in
            let file = directory.appending(path: "\(number).pem")
            try root.write(to: file, atomically: true, encoding: .utf8)
            return file.path
        }
        let client = HTTPZoomClient(
            HTTPZoomClient.Configuration(
                version: "0-test",
                baseURL: try BaseURL("\(scheme)://\(host):\(server.port)/v2"),
                limits: .init(connectTime: .seconds(5), answerTime: .seconds(10)),
                network: Network(trustedRoots: files)
            ),
            credentials: .token(Secret("sandbox-token"))
        )
        let reply = await client.send(try Some.update(ids: ["a"]))
        await client.shutdown()
        return reply
    }

    private func expectDistrust(_ reply: SendResult, of server: TLSServer) throws {
        guard case .noAnswer(let failure) = reply else {
            Issue.record("a server that could not prove who it is was spoken to: \(reply)")
            return
        }
        #expect(failure.cause == .tls)
        #expect(failure.neverSent)
        #expect(server.requestCount == 0)
        let disposition = AnswerTable.disposition(for: reply, to: try Some.update(ids: ["a"]))
        #expect(disposition.nextStep == .stop)
    }

    @Test("a certificate of a trusted authority for this very host is accepted", arguments: ["localhost", "127.0.0.1"])
    func good(host: String) async throws {
        try await TLSServer.run(certificate: TestCertificates.goodCertificate, key: TestCertificates.goodKey) {
            server in
            let reply = try await send(to: server, host: host)
            #expect(reply == .answer(Answer(status: 204)))
            #expect(server.requestCount == 1)
        }
    }

    @Test("an authority that nobody named is not trusted, so nothing is sent")
    func untrusted() async throws {
        try await TLSServer.run(certificate: TestCertificates.goodCertificate, key: TestCertificates.goodKey) {
            server in
            try expectDistrust(await send(to: server, trusting: []), of: server)
        }
    }

    @Test(
        "a certificate of another host is refused, though its authority is trusted",
        arguments: ["localhost", "127.0.0.1"]
    )
    func otherName(host: String) async throws {
        try await TLSServer.run(
            certificate: TestCertificates.otherNameCertificate,
            key: TestCertificates.otherNameKey
        ) { server in
            try expectDistrust(await send(to: server, host: host), of: server)
        }
    }

    @Test("an expired certificate is refused")
    func expired() async throws {
        try await TLSServer.run(certificate: TestCertificates.expiredCertificate, key: TestCertificates.expiredKey) {
            server in try expectDistrust(await send(to: server), of: server)
        }
    }

    @Test("a certificate that signed itself is refused")
    func selfSigned() async throws {
        try await TLSServer.run(
            certificate: TestCertificates.selfSignedCertificate,
            key: TestCertificates.selfSignedKey
        ) { server in
            try expectDistrust(await send(to: server), of: server)
        }
    }

    @Test("a server that speaks no TLS is refused where https was asked for")
    func noTLS() async throws {
        try await withSandbox { sandbox in
            let client = HTTPZoomClient(
                .init(version: "0-test", baseURL: try BaseURL("https://127.0.0.1:\(sandbox.port)/v2")),
                credentials: .token(Secret("sandbox-token"))
            )
            let reply = await client.send(try Some.update(ids: ["a"]))
            await client.shutdown()
            guard case .noAnswer(let failure) = reply else {
                Issue.record("plain HTTP was taken for TLS: \(reply)")
                return
            }
            #expect(failure.cause == .tls)
            #expect(sandbox.stats.requests == 0)
        }
    }

    @Test("the token's server must prove who it is as well, before it gets the secret")
    func tokenServer() async throws {
        try await TLSServer.run(
            certificate: TestCertificates.selfSignedCertificate,
            key: TestCertificates.selfSignedKey
        ) { server in
            let client = HTTPZoomClient(
                HTTPZoomClient.Configuration(
                    version: "0-test",
                    tokenURL: try BaseURL("https://localhost:\(server.port)/oauth/token")
                ),
                credentials: .serverToServer(accountID: "a", clientID: "c", clientSecret: Secret("s"))
            )
            let reply = await client.send(try Some.update(ids: ["a"]))
            await client.shutdown()
            try expectDistrust(reply, of: server)
        }
    }
}

import Foundation
import Testing
import Zoom

@Suite("A proxy on the way to Zoom")
struct ProxyTests {
    /// Sends one update by way of a proxy that can't tell where its tunnels lead.
    private func send(_ base: String, by proxy: String, except exceptions: String? = nil) async throws -> SendResult {
        let roots = FileManager.default.temporaryDirectory.appending(path: "usher-roots-\(UUID().uuidString).pem")
        try TestCertificates.caCertificate.write(to: roots, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: roots) }
        let client = HTTPZoomClient(
            HTTPZoomClient.Configuration(
                version: "0-test",
                baseURL: try BaseURL(base),
                limits: .init(connectTime: .seconds(5), answerTime: .seconds(10)),
                network: Network(proxy: try HTTPProxy(proxy, except: exceptions), trustedRoots: [roots.path])
            ),
            credentials: .token(Secret("sandbox-token"))
        )
        let reply = await client.send(try Some.update(ids: ["a"]))
        await client.shutdown()
        return reply
    }

    @Test("it is asked for a tunnel alone, and sees neither token nor registrants")
    func tunnel() async throws {
        try await TLSServer.run(
            certificate: TestCertificates.otherNameCertificate,
            key: TestCertificates.otherNameKey
        ) { server in
            try await TestProxy.run(to: server.port) { proxy in
                // A name that only the proxy could look up.
                let reply = try await send("https://other.example/v2", by: "http://127.0.0.1:\(proxy.port)")
                #expect(reply == .answer(Answer(status: 204)))
                #expect(server.requestCount == 1)
                let asked = try #require(proxy.asked.first)
                #expect(proxy.asked.count == 1 && asked.hasPrefix("CONNECT other.example:443 HTTP/1.1\r\n"), "\(asked)")
                #expect(!asked.lowercased().contains("authorization") && !asked.contains("sandbox-token"))
            }
        }
    }

    @Test("behind it Zoom must prove who it is all the same")
    func otherName() async throws {
        try await TLSServer.run(
            certificate: TestCertificates.otherNameCertificate,
            key: TestCertificates.otherNameKey
        ) { server in
            try await TestProxy.run(to: server.port) { proxy in
                let reply = try await send("https://another.example/v2", by: "http://127.0.0.1:\(proxy.port)")
                guard case .noAnswer(let failure) = reply else {
                    Issue.record("a server that could not prove who it is was spoken to: \(reply)")
                    return
                }
                #expect(failure.cause == .tls && server.requestCount == 0)
            }
        }
    }

    @Test("its user and password go to it alone; without them it is told what is missing")
    func password() async throws {
        try await TLSServer.run(
            certificate: TestCertificates.otherNameCertificate,
            key: TestCertificates.otherNameKey
        ) { server in
            let wanted = "Basic " + Data("ada:p@ss:word".utf8).base64EncodedString()
            try await TestProxy.run(to: server.port, wanting: wanted) { proxy in
                let address = "127.0.0.1:\(proxy.port)"
                let reply = try await send("https://other.example/v2", by: "http://ada:p%40ss%3Aword@\(address)")
                #expect(reply == .answer(Answer(status: 204)))
                guard case .noAnswer(let failure) = try await send("https://other.example/v2", by: address) else {
                    Issue.record("it was let through without a password")
                    return
                }
                #expect(failure.cause == .unreachable && failure.neverSent, "\(failure)")
                #expect(
                    failure.detail.contains("by way of the proxy \(address)") && failure.detail.contains("HTTPS_PROXY")
                )
            }
        }
    }

    @Test("what is not encrypted never goes there, nor what is meant for this machine")
    func loopback() async throws {
        try await withSandbox { sandbox in
            try await TestProxy.run(to: sandbox.port) { proxy in
                let reply = try await send("http://127.0.0.1:\(sandbox.port)/v2", by: "http://127.0.0.1:\(proxy.port)")
                guard case .answer = reply else {
                    Issue.record("the sandbox was not reached: \(reply)")
                    return
                }
                #expect(proxy.asked.isEmpty)
            }
        }
    }

    @Test("a proxy that is not there is told of by its name")
    func notThere() async throws {
        guard case .noAnswer(let failure) = try await send("https://other.example/v2", by: "http://127.0.0.1:9") else {
            Issue.record("there is nothing on this port")
            return
        }
        #expect(failure.cause == .unreachable)
        #expect(failure.detail == "No connection could be made to other.example (by way of the proxy 127.0.0.1:9).")
    }

    // MARK: Addresses

    @Test(
        "its address is written with or without a scheme, and never shown with its password",
        arguments: [
            ("http://proxy.example.org:3128", "proxy.example.org:3128"),
            ("proxy.example.org:3128/", "proxy.example.org:3128"),
            ("HTTP://Proxy.example.org", "proxy.example.org:80"), ("http://ada:secret@10.0.0.1:8080", "10.0.0.1:8080"),
            ("ada@proxy:3128", "proxy:3128"), ("http://[::1]:3128", "::1:3128"),
        ]
    )
    func address(text: String, shown: String) throws {
        let proxy = try HTTPProxy(text)
        #expect("\(proxy)" == shown && proxy.hasUser == text.contains("@"))
        var dumped = ""
        dump(proxy, to: &dumped)
        #expect(!dumped.contains("secret@") && !dumped.contains("\"secret\""))
    }

    @Test(
        "what is no proxy's address is refused without being repeated",
        arguments: [
            "", "https://proxy:3128", "socks5://ada:secret@proxy:1080", "http://ada:secret@", "http://proxy:99999",
            "http://proxy/path", "http://a%zz:secret@proxy:3128", "http://:secret@proxy:3128", "http://pro xy:3128",
            "http://ada:secret%0d%0a@proxy:3128",
        ]
    )
    func noAddress(text: String) throws {
        let error = try #require(throws: HTTPProxyError.self) { try HTTPProxy(text) }
        #expect(!"\(error)".contains("secret"))
    }

    @Test(
        "NO_PROXY names hosts with what is below them",
        arguments: [
            ("zoom.us", false), ("example.org, .zoom.us", false), ("*.zoom.us", false), ("api.zoom.us:443", false),
            ("*", false),
            ("oom.us", true), ("us.zoom.us", true), ("", true), ("localhost,127.0.0.1", true), (",", true),
        ]
    )
    func exceptions(list: String, isCovered: Bool) throws {
        let proxy = try HTTPProxy("proxy:3128", except: list)
        #expect(proxy.covers("https://api.zoom.us/v2", host: "api.zoom.us") == isCovered)
        #expect(!proxy.covers("http://api.zoom.us/v2", host: "api.zoom.us"), "it would go there in clear")
        #expect(!proxy.covers("https://localhost/v2", host: "localhost"))
    }

    // MARK: Authorities

    @Test("a file of authorities must hold certificates, and nobody else may change it")
    func roots() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-roots-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "ca.pem").path
        #expect(Network.fault(inRoots: file)?.contains("can't be read") == true)
        #expect(Network.fault(inRoots: directory.path) == "is not a file.")
        try "no certificate\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(Network.fault(inRoots: file)?.contains("no certificate") == true)
        try TestCertificates.caCertificate.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(Network.fault(inRoots: file) == nil)
        try FileManager.default.setAttributes([.posixPermissions: 0o646], ofItemAtPath: file)
        #expect(Network.fault(inRoots: file)?.contains("chmod o-w") == true)
    }
}

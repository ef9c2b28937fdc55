import Journal
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import Zoom

@testable import Reporting

@Suite("Posting to a webhook")
struct WebhookTests {
    /// A listener on loopback that gives one answer after another, and keeps what it was sent.
    private final class Listener: ChannelInboundHandler, @unchecked Sendable {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        /// One for all connections, which share one event loop.
        final class Memory: @unchecked Sendable {
            var statuses: [Int]
            var requests: [(head: HTTPRequestHead, body: String)] = []
            init(_ statuses: [Int]) { self.statuses = statuses }
        }

        private let memory: Memory
        private var head: HTTPRequestHead?
        private var body = ""

        init(_ memory: Memory) { self.memory = memory }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body(let bytes): body += String(buffer: bytes)
            case .end:
                if let head { memory.requests.append((head, body)) }
                let status = memory.statuses.isEmpty ? 500 : memory.statuses.removeFirst()
                var answer = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status))
                answer.headers.add(name: "Content-Length", value: "0")
                if status == 302 { answer.headers.add(name: "Location", value: "http://127.0.0.1:1/elsewhere") }
                context.write(wrapOutboundOut(.head(answer)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }

    /// Posts to a listener, and says what came of it and how long was waited between tries.
    private func post(
        _ statuses: [Int],
        path: String = "/hook?key=hidden"
    ) async throws -> (reason: String?, requests: [(head: HTTPRequestHead, body: String)], waits: [Duration]) {
        let memory = Listener.Memory(statuses)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let channel = try await ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Listener(memory))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let waits = Waits()
        let poster = WebhookPoster(version: "1.2.3", answerTime: .seconds(5)) { await waits.add($0) }
        let reason = await poster.post(Array("{\"a\":1}".utf8), to: try WebhookURL("http://127.0.0.1:\(port)\(path)"))
        try await channel.close()
        let requests = try await loop.submit { memory.requests }.get()
        return (reason, requests, await waits.all)
    }

    private actor Waits {
        private(set) var all: [Duration] = []
        func add(_ wait: Duration) { all.append(wait) }
    }

    @Test("JSON is posted once where it is taken, with the query, and without credentials")
    func taken() async throws {
        let (reason, requests, waits) = try await post([204])
        #expect(reason == nil && waits.isEmpty)
        #expect(requests.count == 1)
        let head = try #require(requests.first?.head)
        #expect(head.method == .POST && head.uri == "/hook?key=hidden")
        #expect(head.headers.first(name: "Content-Type") == "application/json")
        #expect(!head.headers.contains(name: "Authorization"))
        #expect(requests.first?.body == "{\"a\":1}")
    }

    @Test("trouble that passes is waited for, three tries in all")
    func retried() async throws {
        let passing = try await post([503, 429, 200])
        #expect(passing.reason == nil && passing.requests.count == 3)
        #expect(passing.waits == [.seconds(1), .seconds(4)])
        let lasting = try await post([500, 500, 500, 200])
        #expect(lasting.requests.count == 3)
        #expect(lasting.reason == "127.0.0.1 answered with HTTP 500.")
    }

    @Test("a refusal is final, a redirect is not followed, and neither repeats the address", arguments: [404, 302])
    func refused(status: Int) async throws {
        let (reason, requests, _) = try await post([status])
        #expect(requests.count == 1)
        #expect(reason == "127.0.0.1 answered with HTTP \(status).")
    }

    @Test("nobody there is a sentence, not an error")
    func nobody() async throws {
        let poster = WebhookPoster(version: "1") { _ in }
        let reason = await poster.post([], to: try WebhookURL("http://127.0.0.1:1/secret"))
        #expect(reason?.contains("127.0.0.1") == true)
        #expect(reason?.contains("secret") == false)
    }

    @Test(
        "an address is https or this machine's own",
        arguments: [
            "http://hooks.example.org/x", "ftp://127.0.0.1/x", "https://user:pw@hooks.example.org/", "",
            "hooks.example.org",
            "https://hooks.example.org/?a b", "https://hooks.example.org/x?y#z",
        ]
    )
    func addresses(text: String) {
        #expect(throws: BaseURLError.self) { try WebhookURL(text) }
    }

    @Test(
        "no error repeats what may be a key",
        arguments: ["hooks.example.org/services/KEY", "https://example.org/KEY\""]
    )
    func keys(_ text: String) throws {
        let error = #expect(throws: BaseURLError.self) { try WebhookURL(text) }
        #expect(error?.description.contains("KEY") == false)
    }

    @Test("a notice says why a run stopped early")
    func reasons() async throws {
        let bench = try ReportHarness()
        let journal = try #require(bench.journal)
        _ = try await journal.beginRun(allowedRate: nil, at: bench.now)
        let run = try #require(try bench.reader().lastRun())
        let notice = RunNotice(run, jobs: [], status: .workRemains, reasons: ["5 of 5 were refused."], version: "1")
        #expect(String(decoding: try notice.json(), as: UTF8.self).contains("Run it again. 5 of 5 were refused.\""))
    }
}

import NIOCore
import NIOHTTP1
import NIOPosix
import ZoomModel

/// Sends answers and faults on one connection.
struct ResponseTransport {
    let channel: any Channel
    let clock: SandboxClock
    let drip: Duration
    let now: Double

    /// The connection was ended deliberately; the server has nothing more to write.
    struct Ended: Error {}

    /// Sends an answer, or performs the fault instead.
    func send(_ answer: SandboxAnswer, fault: Fault? = nil) async throws {
        switch fault {
        case nil, .status:
            try await whole(answer)
        case .cut:
            try await end()
        case .reset:
            // With a linger time of zero, closing sends a reset.
            try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            try await end()
        case .hang:
            while true { try await clock.sleep(.seconds(3_600)) }
        case .redirect:
            var answer = SandboxAnswer(status: 307)
            let port = channel.localAddress?.port ?? 0
            answer.headers = [("Location", "http://localhost:\(port)/elsewhere")]
            try await whole(answer)
        case .shape(let shape):
            try await send(shape)
        }
    }

    private func send(_ shape: Fault.Shape) async throws {
        switch shape {
        case .html:
            let page = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"
            try await whole(SandboxAnswer(status: 502, contentType: "text/html", body: page))
        case .notJSON:
            try await whole(
                SandboxAnswer(status: 400, contentType: "application/json", body: "{\"code\":300,")
            )
        case .empty:
            try await whole(SandboxAnswer(status: 400))
        case .hugeBody:
            try await whole(
                SandboxAnswer(
                    ZoomAnswer(status: 400, code: 300, message: String(repeating: "Huge. ", count: 1_398_101))
                )
            )
        case .cutBody:
            try await raw("HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\n{\"code\":300,\"message\":\"Valid")
            try await end()
        case .slowHead:
            try await dripping("HTTP/1.1 200 OK\r\nX-Slow: " + String(repeating: "slow", count: 4_000))
        case .slowBody:
            try await raw("HTTP/1.1 400 Bad Request\r\nContent-Length: 16000\r\n\r\n")
            try await dripping(String(repeating: "slow", count: 4_000))
        case .endlessBody:
            try await raw("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n")
            while true { try await raw(String(repeating: "endless ", count: 8_192)) }
        case .headerFlood:
            try await raw("HTTP/1.1 200 OK\r\n")
            while true {
                try await raw(String(repeating: "X-Flood: \(String(repeating: "flood", count: 50))\r\n", count: 64))
            }
        case .gzipBomb:
            try await raw(
                "HTTP/1.1 400 Bad Request\r\nContent-Encoding: gzip\r\nContent-Length: \(GzipBomb.bytes.count)\r\n\r\n"
            )
            try await raw(GzipBomb.bytes)
        }
    }

    /// Sends an answer as it is.
    private func whole(_ answer: SandboxAnswer) async throws {
        var headers: HTTPHeaders = ["Date": UTCText.http(now)]
        if answer.status != 204 { headers.add(name: "Content-Length", value: String(answer.body.count)) }
        if !answer.body.isEmpty { headers.add(name: "Content-Type", value: answer.contentType) }
        for (name, value) in answer.headers { headers.add(name: name, value: value) }
        let status = HTTPResponseStatus(statusCode: answer.status)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        try await channel.eventLoop.flatSubmit { [channel] in
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: answer.body))), promise: nil)
            return channel.writeAndFlush(HTTPServerResponsePart.end(nil))
        }.get()
    }

    private func end() async throws {
        try? await channel.close()
        throw Ended()
    }

    private func dripping(_ text: String) async throws {
        for byte in text.utf8 {
            try await raw([byte])
            try await clock.sleep(drip)
        }
    }

    private func raw(_ text: String) async throws {
        try await raw(Array(text.utf8))
    }

    /// Writes bytes past the HTTP encoder.
    private func raw(_ bytes: [UInt8]) async throws {
        try await channel.eventLoop.flatSubmit { [channel] in
            do {
                let encoder = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
                let promise = channel.eventLoop.makePromise(of: Void.self)
                encoder.writeAndFlush(NIOAny(IOData.byteBuffer(ByteBuffer(bytes: bytes))), promise: promise)
                return promise.futureResult
            } catch {
                return channel.eventLoop.makeFailedFuture(error)
            }
        }.get()
    }
}

/// About 100 KiB of gzip that unpack to 16 MiB of zeros.
enum GzipBomb {
    static let bytes: [UInt8] = {
        // Header; one last block with fixed codes (1, 01); the literal 0 (00110000); then copies of the longest kind:
        // length 258 (11000101) at distance 1 (00000); the end of the block (0000000); a dummy checksum.
        var bits = BitWriter(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
        bits.write([1, 1, 0])
        bits.write([0, 0, 1, 1, 0, 0, 0, 0])
        for _ in 0..<65_000 { bits.write([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]) }
        bits.write([0, 0, 0, 0, 0, 0, 0])
        return bits.flushed() + [0, 0, 0, 0, 0, 0, 0, 0]
    }()

    private struct BitWriter {
        var bytes: [UInt8]
        private var current: UInt8 = 0
        private var count = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func write(_ bits: [UInt8]) {
            for bit in bits {
                current |= bit << UInt8(count)
                count += 1
                if count == 8 {
                    bytes.append(current)
                    (current, count) = (0, 0)
                }
            }
        }

        func flushed() -> [UInt8] {
            count == 0 ? bytes : bytes + [current]
        }
    }
}

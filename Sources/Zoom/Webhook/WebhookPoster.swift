import AsyncHTTPClient
import NIOCore

/// Posts a piece of JSON to a webhook: a few tries, each bounded, without any credentials.
package struct WebhookPoster: Sendable {
    private let version: String
    private let limits: HTTPZoomClient.Limits
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Waits before the second and the third try.
    static let pauses: [Duration] = [.seconds(1), .seconds(4)]

    /// Makes a poster.
    ///
    /// - Parameters:
    ///   - version: Usher's, for the `User-Agent`.
    ///   - answerTime: How long one try may take.
    ///   - sleep: Waits between tries.
    package init(
        version: String,
        answerTime: Duration = .seconds(10),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.version = version
        limits = HTTPZoomClient.Limits(width: 1, connectTime: .seconds(5), answerTime: answerTime, bodyBytes: 4_096)
        self.sleep = sleep
    }

    /// Posts until it is taken, or refused for good, or was tried three times.
    ///
    /// - Returns: Why it was not taken, in a sentence without the address; nil if it was.
    package func post(_ json: [UInt8], to url: WebhookURL) async -> String? {
        let transport = Transport(userAgent: "usher/\(version)", limits: limits, trustedRoots: [])
        var reason: String?
        for pause in [nil] + Self.pauses.map(Optional.some) {
            if let pause, (try? await sleep(pause)) == nil { break }
            var request = HTTPClientRequest(url: url.text)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: json))
            switch await transport.exchange(request, to: url.host, bodyLimit: limits.bodyBytes) {
            case .success(let answer) where (200...299).contains(answer.status):
                await transport.shutdown()
                return nil
            case .success(let answer):
                reason = "\(url.host) answered with HTTP \(answer.status)."
                // What is refused once is refused again, save for trouble that passes.
                guard answer.status == 408 || answer.status == 429 || answer.status >= 500 else {
                    await transport.shutdown()
                    return reason
                }
            case .failure(let failure):
                reason = failure.detail
            }
        }
        await transport.shutdown()
        return reason
    }
}

import AsyncHTTPClient
import NIOCore

/// Where a notice may be posted: https, or plain http on this very machine. Unlike a `BaseURL` it may have a query, since
/// services put their keys there; so it is as secret as they are, and no error or log repeats it.
package struct WebhookURL: Sendable, Hashable {
    let text: String
    /// The host alone, fit for messages.
    package let host: String

    /// Reads an address as a person typed it.
    package init(_ text: String) throws(BaseURLError) {
        let question = text.firstIndex(of: "?") ?? text.endIndex
        let base: BaseURL
        do {
            base = try BaseURL(String(text[..<question]))
        } catch {
            throw Self.withoutKeys(error)
        }
        let query = text[question...]
        guard query.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x22 }) else {
            throw .strangeCharacter(in: "?…")
        }
        guard !query.contains("#") else { throw .fragment }
        // A slash at the end of a path may matter to whoever listens; `BaseURL` drops it.
        let slash = text[..<question].hasSuffix("/") ? "/" : ""
        self.text = base.description + slash + query
        host = base.host
    }

    /// Services put keys into the path too.
    private static func withoutKeys(_ error: BaseURLError) -> BaseURLError {
        switch error {
        case .noScheme(let text): .noScheme(text.firstIndex(of: "/").map { "\(text[..<$0])/…" } ?? text)
        case .strangeCharacter: .strangeCharacter(in: "…")
        default: error
        }
    }
}

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

import AsyncHTTPClient

extension HTTPZoomClient {
    /// Asks for the base URL itself, once and without a token: whether the API can be reached and trusted, and what time it
    /// has. Whatever it answers is good news.
    package func probe() async -> Reply {
        let request = HTTPClientRequest(url: configuration.baseURL.description)
        let host = configuration.baseURL.host
        switch await transport.exchange(request, to: host, bodyLimit: configuration.limits.bodyBytes) {
        case .success(let raw): return .answer(Answer(raw))
        case .failure(let failure): return .noAnswer(failure)
        }
    }
}

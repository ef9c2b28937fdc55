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

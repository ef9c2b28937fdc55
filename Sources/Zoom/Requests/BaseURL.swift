/// An address that a token or a secret may be sent to: https, or plain http on this very machine.
///
/// The part before `/meetings`, by default `https://api.zoom.us/v2`, or the whole address of the token endpoint.
package struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host, port and path, without a slash at the end.
    package let description: String
    /// The host's name or address, in lower case; an IPv6 address without its brackets.
    package let host: String
    /// Whether it is https.
    package let isSecure: Bool
    /// Whether the host is this machine: `localhost`, `127.0.0.0/8` or `::1`.
    package let isLoopback: Bool

    /// Zoom's API.
    package static let zoom = Cloud.zoom.api
    /// Zoom's token endpoint.
    package static let zoomToken = Cloud.zoom.tokens

    /// Reads an address as a person typed it.
    package init(_ text: String) throws(BaseURLError) {
        let parts = try Parts(text)
        isLoopback = Self.isLoopback(parts.host)
        isSecure = parts.scheme == "https"
        guard isSecure || isLoopback else { throw .plain(host: parts.host) }
        host = parts.host
        let shownHost = parts.host.contains(":") ? "[\(parts.host)]" : parts.host
        description = "\(parts.scheme)://\(shownHost)\(parts.port.map { ":\($0)" } ?? "")\(parts.path)"
    }

    fileprivate init(known host: String, path: String) {
        self.host = host
        description = "https://\(host)\(path)"
        isSecure = true
        isLoopback = false
    }

    /// Names that merely begin like a loopback address (`127.0.0.1.example.org`) do not count.
    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            && octets.allSatisfy { UInt8($0) != nil && String(UInt8($0) ?? 0) == $0 }
    }
}

/// One of Zoom's clouds, each with addresses and accounts of its own.
package enum Cloud: String, Sendable, Hashable, CaseIterable {
    case zoom = "zoom.us"
    /// Zoom for Government.
    case government = "zoomgov.com"

    /// The part of its API's addresses before `/meetings`.
    package var api: BaseURL { BaseURL(known: "api.\(rawValue)", path: "/v2") }
    /// Its token endpoint.
    package var tokens: BaseURL { BaseURL(known: rawValue, path: "/oauth/token") }

    /// Whether an address belongs to it: `api-eu.zoom.us` does.
    package func holds(_ url: BaseURL) -> Bool { url.host == rawValue || url.host.hasSuffix(".\(rawValue)") }
}

import Files

/// An address to which a token or a secret may be sent: https, or plain http on this machine.
///
/// The part before `/meetings`, by default `https://api.zoom.us/v2`, or the whole address of the token endpoint.
package struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host, port and path, without a slash at the end.
    package let description: String
    /// The host's name or address, in lower case; an IPv6 address without its brackets.
    package let host: String
    package let isSecure: Bool
    /// Whether the host is this machine: `localhost`, `127.0.0.0/8` or `::1`.
    package let isLoopback: Bool

    package static let zoom = Cloud.zoom.api
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

    /// Whether a host is this machine. Names that only begin like a loopback address (`127.0.0.1.example.org`) do not
    /// count.
    static func isLoopback(_ host: String) -> Bool {
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

    /// The part of its API addresses before `/meetings`.
    package var api: BaseURL { BaseURL(known: "api.\(rawValue)", path: "/v2") }
    package var tokens: BaseURL { BaseURL(known: rawValue, path: "/oauth/token") }

    /// Whether an address belongs to it: `api-eu.zoom.us` does.
    package func holds(_ url: BaseURL) -> Bool { url.host == rawValue || url.host.hasSuffix(".\(rawValue)") }
}

/// Why a token may not be sent to an address.
package enum BaseURLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An empty text.
    case empty
    /// A space, a backslash, a quote or a character beyond ASCII.
    case strangeCharacter(in: String)
    /// No `https://`.
    case noScheme(String)
    /// Neither https nor http.
    case scheme(String)
    /// http to another machine.
    case plain(host: String)
    /// A user name or a password.
    case userInfo
    /// A `?`.
    case query
    /// A `#`.
    case fragment
    /// `.` or `..` as a part of the path.
    case dots
    /// A missing or impossible host.
    case host(String)
    /// A port outside 1...65535.
    case port(String)

    /// What is wrong and what to write instead.
    package var description: String {
        switch self {
        case .empty:
            "The address is empty. Write one like https://api.zoom.us/v2."
        case .strangeCharacter(let text):
            "The address \"\(text.message() ?? "")\" holds a character that no address may hold."
        case .noScheme(let text):
            "The address \"\(text)\" does not begin with https://. Write it like https://api.zoom.us/v2."
        case .scheme(let scheme):
            "An address that begins with \(scheme):// can't be used. Write https://."
        case .plain(let host):
            "Plain http to \(host) would show what is sent to everyone on the way. Write https:// "
                + "(http:// is for this machine only: localhost, 127.0.0.1, [::1])."
        case .userInfo:
            "The address holds a user name or password before an @. Leave it out; the credentials are given elsewhere."
        case .query:
            "The address holds a question mark. Leave out what begins there."
        case .fragment:
            "The address holds a #. Leave out what begins there."
        case .dots:
            "The address holds . or .. as a part of its path. Write the path without them."
        case .host(let text):
            "\"\(text)\" is not a host name. Write one like api.zoom.us."
        case .port(let text):
            "\"\(text)\" is not a port. Write a number from 1 to 65535."
        }
    }
}

extension BaseURL {
    /// The parts of an address, each checked.
    struct Parts {
        let scheme: String
        let host: String
        let port: Int?
        let path: String

        init(_ text: String) throws(BaseURLError) {
            guard !text.isEmpty else { throw .empty }
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x22 }) else {
                throw .strangeCharacter(in: text)
            }
            guard let colon = text.firstRange(of: "://") else { throw .noScheme(text) }
            scheme = text[..<colon.lowerBound].lowercased()
            guard scheme == "https" || scheme == "http" else { throw .scheme(scheme) }
            let rest = text[colon.upperBound...]
            // The text may hold a password, so these errors do not repeat it.
            guard !rest.contains("?") else { throw .query }
            guard !rest.contains("#") else { throw .fragment }
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            let authority = rest[..<slash]
            guard !authority.contains("@") else { throw .userInfo }

            let portText: Substring?
            if authority.hasPrefix("[") {
                guard let close = authority.firstIndex(of: "]") else { throw .host(String(authority)) }
                host = authority[authority.index(after: authority.startIndex)..<close].lowercased()
                let after = authority[authority.index(after: close)...]
                guard after.isEmpty || after.hasPrefix(":"), Self.isIPv6(host) else { throw .host(String(authority)) }
                portText = after.isEmpty ? nil : after.dropFirst()
            } else {
                let fields = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                host = (fields.first ?? "").lowercased()
                guard Self.isName(host) else { throw .host(String(authority)) }
                portText = fields.count > 1 ? fields[1] : nil
            }
            if let portText {
                guard portText.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(portText),
                    (1...65_535).contains(number)
                else { throw .port(String(portText)) }
                port = number
            } else {
                port = nil
            }
            var path = rest[slash...]
            while path.hasSuffix("/") { path.removeLast() }
            guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else { throw .dots }
            self.path = String(path)
        }

        private static func isName(_ host: String) -> Bool {
            !host.isEmpty && host.utf8.count <= 253
                && host.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
                } && !host.hasPrefix(".") && !host.hasPrefix("-") && !host.contains("..")
        }

        private static func isIPv6(_ host: String) -> Bool {
            host.contains(":") && host.utf8.allSatisfy { "0123456789abcdef:.".utf8.contains($0) }
        }
    }
}

/// Percent-encoding for one value of a path or query.
enum PercentEncoding {
    /// The text with everything but RFC 3986's unreserved characters encoded.
    static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}

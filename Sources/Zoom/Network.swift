import AsyncHTTPClient
import Files
import Glibc
import NIOSSL

/// The way to Zoom, where it is not the usual one: a proxy, and authorities that this machine does not know.
package struct Network: Sendable, Hashable {
    package var proxy: HTTPProxy?
    /// Files of further authorities (PEM), trusted beside this machine's own.
    package var trustedRoots: [String]

    package init(proxy: HTTPProxy? = nil, trustedRoots: [String] = []) {
        self.proxy = proxy
        self.trustedRoots = trustedRoots
    }

    /// Why a file can't be used for further authorities; nil if it can.
    package static func fault(inRoots path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, access(path, R_OK) == 0 else { return "can't be read (\(SystemError()))." }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is not a file." }
        // Whoever changes it decides who may pass for Zoom.
        guard status.st_mode & 0o002 == 0 else {
            return "may be changed by everybody on this machine. Run: chmod o-w \(path)"
        }
        let certificates = (try? NIOSSLCertificate.fromPEMFile(path)) ?? []
        return certificates.isEmpty ? "holds no certificate in PEM (-----BEGIN CERTIFICATE-----)." : nil
    }
}

/// An HTTP proxy. It is only ever asked for a tunnel (`CONNECT`), through which TLS goes: it learns the name of the host,
/// and neither token nor registrants. What is not https, on this machine, never goes there.
package struct HTTPProxy: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: Int
    /// What the proxy wants to know of its user; it goes to the proxy alone.
    private let user: String?
    private let password: Secret?
    /// Hosts that are reached without it, with what is below them; `*` means all.
    private let exceptions: [String]

    /// The word for no proxy at all, whatever the environment says.
    package static let none = "none"

    /// Without its user and password.
    package var description: String { "\(host):\(port)" }

    /// Whether it was given with a user, so that its text is a secret.
    package var hasUser: Bool { user != nil }

    /// Reads `http://proxy.example.org:3128`, with or without a scheme, and with `user:password@` where it wants one.
    ///
    /// - Parameter exceptions: As in the variable `NO_PROXY`.
    package init(_ text: String, except exceptions: String? = nil) throws(HTTPProxyError) {
        var rest = text[...]
        if let end = rest.firstRange(of: "://") {
            guard rest[..<end.lowerBound].lowercased() == "http" else {
                throw .scheme(String(rest[..<end.lowerBound]).excerpt(20))
            }
            rest = rest[end.upperBound...]
        }
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let word = Self.decoded(parts.dropFirst().first ?? ""),
                !name.isEmpty
            else { throw .user }
            (user, password) = (name, Secret(word))
            rest = rest[rest.index(after: at)...]
        } else {
            (user, password) = (nil, nil)
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        let parts: BaseURL.Parts
        do { parts = try BaseURL.Parts("http://\(rest)") } catch { throw .address }
        guard parts.path.isEmpty else { throw .address }
        host = parts.host
        port = parts.port.flatMap { Int("\($0)") } ?? 80
        self.exceptions = (exceptions ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map {
            var name = $0.lowercased()[...]
            // A port, `*.` and a dot at the front say nothing more.
            if let colon = name.lastIndex(of: ":"), name.firstIndex(of: ":") == colon { name = name[..<colon] }
            if name.hasPrefix("*.") { name.removeFirst() }
            if name.hasPrefix(".") { name.removeFirst() }
            return String(name)
        }
    }

    /// Whether a request goes by way of it.
    package func covers(_ url: String, host: String) -> Bool {
        guard url.hasPrefix("https://"), !BaseURL.isLoopback(host) else { return false }
        return !exceptions.contains { $0 == "*" || host == $0 || (!$0.isEmpty && host.hasSuffix(".\($0)")) }
    }

    /// As the HTTP client wants it.
    var forClient: HTTPClient.Configuration.Proxy {
        guard let user, let password else { return .server(host: host, port: port) }
        return .server(
            host: host,
            port: port,
            authorization: .basic(username: user, password: password.value)
        )
    }

    /// Undoes `%40`; nil if it is not UTF-8, or not escaped rightly.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// Why a proxy's address can't be used. Never repeats it, since it may hold a password.
package enum HTTPProxyError: Error, Sendable, Hashable, CustomStringConvertible {
    case scheme(String)
    case user
    case address

    package var description: String {
        switch self {
        case .scheme(let scheme):
            """
            A proxy that begins with \(scheme):// can't be used. Write one like http://proxy.example.org:3128; what goes \
            through it is encrypted all the same.
            """
        case .user: "Its user or password is not written rightly. Write @ in them as %40, : as %3A and % as %25."
        case .address: "It is not a proxy's address. Write one like http://proxy.example.org:3128."
        }
    }
}

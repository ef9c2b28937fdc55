/// Why an address is not one that a token may be sent to.
package enum BaseURLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nothing at all.
    case empty
    /// A space, a backslash, a quote or a character beyond ASCII.
    case strangeCharacter(in: String)
    /// Without `https://`.
    case noScheme(String)
    /// Neither https nor http.
    case scheme(String)
    /// http to another machine.
    case plain(host: String)
    /// With a user name or a password.
    case userInfo
    /// With a `?`.
    case query
    /// With a `#`.
    case fragment
    /// With `.` or `..` as a part of the path.
    case dots
    /// Without a host, or with one that can't be.
    case host(String)
    /// A port outside 1...65535.
    case port(String)

    /// What is wrong and what to write instead.
    package var description: String {
        switch self {
        case .empty:
            "The address is empty. Write one like https://api.zoom.us/v2."
        case .strangeCharacter(let text):
            "The address \"\(MessageText.clean(text) ?? "")\" holds a character that no address may hold."
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

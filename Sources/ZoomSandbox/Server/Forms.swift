import FoundationEssentials
import ZoomModel

/// The body of a status update, read as strictly as Zoom does: nothing is guessed.
struct StatusForm {
    /// The action's word, as sent.
    let action: String
    /// The registrants named.
    let registrants: [NamedRegistrant]

    /// Why a body is refused.
    struct Refused: Error {
        let answer: ZoomAnswer
    }

    init(_ body: [UInt8], contentType: String?) throws(Refused) {
        let type = contentType ?? ""
        let kind = type.prefix { $0 != ";" }.lowercased()
        switch kind {
        case "application/json":
            guard let read = try? JSONDecoder().decode(Body.self, from: Data(body)) else {
                throw Refused(
                    answer: ZoomAnswer(status: 400, code: 300, message: "Request Body should be a valid JSON object.")
                )
            }
            action = read.action
            registrants = read.registrants
        case "multipart/form-data":
            guard let fields = MultipartForm(body, contentType: type)?.fields else {
                throw Refused(answer: .invalid("body", "Broken multipart form."))
            }
            guard let action = fields["action"], let list = fields["registrants"], fields.count == 2 else {
                throw Refused(answer: .invalid("action", "The form needs the fields action and registrants."))
            }
            guard let registrants = try? JSONDecoder().decode([NamedRegistrant].self, from: Data(list.utf8)) else {
                throw Refused(answer: .invalid("registrants", "Invalid field."))
            }
            self.action = action
            self.registrants = registrants
        default:
            throw Refused(answer: ZoomAnswer(status: 415, code: 300, message: "Unsupported Media Type."))
        }
    }

    private struct Body: Decodable {
        let action: String
        let registrants: [NamedRegistrant]
    }
}

/// The fields of a `multipart/form-data` body (RFC 7578), without files.
struct MultipartForm {
    /// The values by name.
    let fields: [String: String]

    /// Nil if the body does not match its type, or a field appears twice.
    init?(_ body: [UInt8], contentType: String) {
        guard let text = String(validating: body, as: UTF8.self),
            let start = contentType.firstRange(of: "boundary=")?.upperBound
        else { return nil }
        let boundary = contentType[start...].prefix { $0 != ";" && $0 != " " }.filter { $0 != "\"" }
        guard !boundary.isEmpty else { return nil }
        var pieces = "\r\n\(text)".split(separator: "\r\n--\(boundary)", omittingEmptySubsequences: false)[...]
        // Nothing comes before the first boundary, and two dashes follow the last one.
        guard pieces.count >= 2, pieces.removeFirst().isEmpty, let end = pieces.popLast(), end.hasPrefix("--") else {
            return nil
        }
        var fields: [String: String] = [:]
        for piece in pieces {
            guard piece.hasPrefix("\r\n"), let gap = piece.firstRange(of: "\r\n\r\n"),
                let name = Self.name(in: piece[..<gap.lowerBound]), fields[name] == nil
            else { return nil }
            fields[name] = String(piece[gap.upperBound...])
        }
        self.fields = fields
    }

    private static func name(in head: Substring) -> String? {
        guard let start = head.firstRange(of: "form-data; name=\"")?.upperBound,
            let end = head[start...].firstIndex(of: "\"")
        else { return nil }
        return String(head[start..<end])
    }
}

/// A request for a token.
struct TokenForm {
    let grantType: String?
    let accountID: String?
    let clientID: String?
    let clientSecret: String?

    /// - Parameters:
    ///   - fields: The fields of the query and of the form in the body.
    ///   - authorization: The header, `Basic …`.
    init(fields: [String: String], authorization: String?) {
        grantType = fields["grant_type"]
        accountID = fields["account_id"]
        let basic = authorization.flatMap {
            $0.hasPrefix("Basic ") ? Data(base64Encoded: String($0.dropFirst(6))) : nil
        }
        let pair = basic.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let colon = pair.firstIndex(of: ":")
        clientID = colon.map { String(pair[..<$0]) }
        clientSecret = colon.map { String(pair[pair.index(after: $0)...]) }
    }
}

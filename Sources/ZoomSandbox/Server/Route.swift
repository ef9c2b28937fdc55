import ZoomModel

/// The purpose of a request.
enum Route: Equatable {
    /// `POST /oauth/token`
    case token
    /// `PUT /v2/meetings/{id}/registrants/status`
    case update(SandboxKind, String)
    /// `GET /v2/meetings/{id}/registrants`
    case list(SandboxKind, String)
    /// `GET /v2/meetings/{id}/registrants/{registrantId}`
    case registrant(SandboxKind, String, String)
    /// `GET /v2/meetings/{id}`
    case details(SandboxKind, String)
    /// `GET /v2/users/{userId}/meetings`
    case host(SandboxKind, String)
    /// `GET /sandbox/stats`
    case stats
    /// `POST /sandbox/faults`
    case faults
    /// A known path with another method.
    case wrongMethod
    /// Anything else.
    case unknown

    init(method: String, path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        let route: (method: String, route: Route)
        switch parts.count {
        case 2 where parts == ["oauth", "token"]: route = ("POST", .token)
        case 2 where parts == ["sandbox", "stats"]: route = ("GET", .stats)
        case 2 where parts == ["sandbox", "faults"]: route = ("POST", .faults)
        case 3 where parts[0] == "v2" && (parts[1] == "meetings" || parts[1] == "webinars"):
            route = ("GET", .details(parts[1] == "meetings" ? .meeting : .webinar, parts[2]))
        case 4 where parts[0] == "v2" && parts[1] == "users":
            guard let kind = ["meetings": SandboxKind.meeting, "webinars": .webinar][parts[3]],
                let host = URLFields.decoded(parts[2]), !host.isEmpty
            else {
                self = .unknown
                return
            }
            route = ("GET", .host(kind, host))
        case 4...5 where parts[0] == "v2" && parts[3] == "registrants":
            guard let kind = ["meetings": SandboxKind.meeting, "webinars": .webinar][parts[1]] else {
                self = .unknown
                return
            }
            if parts.count == 4 {
                route = ("GET", .list(kind, parts[2]))
            } else if parts[4] == "status" {
                route = ("PUT", .update(kind, parts[2]))
            } else if let id = URLFields.decoded(parts[4]), !id.isEmpty {
                route = ("GET", .registrant(kind, parts[2], id))
            } else {
                self = .unknown
                return
            }
        default:
            self = .unknown
            return
        }
        self = route.method == method ? route.route : .wrongMethod
    }
}

/// An API call, as far as it can be parsed without judging it.
struct APICall {
    let key: MeetingKey
    let fields: [String: String]
    let token: String?
    /// The body of a status update, or why it is refused; nil for a listing.
    let form: Result<StatusForm, StatusForm.Refused>?
    /// The id of the only registrant asked for; nil for a listing.
    var registrant: String?
    /// Whether the meeting itself is asked for.
    var asksDetails = false

    /// Whether a host's meetings are asked for; then the key holds the host's address.
    var asksHost = false

    /// The label of its rate.
    var label: SandboxLabel { registrant == nil && !asksDetails ? .medium : .light }

    /// The scopes of which one is required: the granular one, which a refusal names, and the broad one.
    var scopes: [String] {
        let kind = key.kind.rawValue
        if form != nil { return ["\(kind):update:registrant_status:admin", "\(kind):write:\(kind):admin"] }
        if asksDetails { return ["\(kind):read:\(kind):admin"] }
        if asksHost { return ["\(kind):read:list_\(kind)s:admin"] }
        let part = registrant == nil ? "list_registrants" : "registrant"
        return ["\(kind):read:\(part):admin", "\(kind):read:\(kind):admin"]
    }

    /// Records what it asks.
    func describe(in line: inout AuditLine) {
        line.kind = key.kind
        line.target = key.id
        line.occurrence = fields["occurrence_id"]
        if case .success(let form) = form {
            line.action = form.action
            line.registrants = form.registrants
        }
    }
}

/// The fields of a query or of a form body, decoded.
enum URLFields {
    /// Reads `a=1&b=2`; the first field of a name counts.
    static func read(_ text: some StringProtocol) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), fields[name] == nil else { continue }
            fields[name] = parts.count > 1 ? decoded(parts[1]) : ""
        }
        return fields
    }

    /// The percent-decoded text; nil if the encoding is broken.
    static func decoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next(), let low = rest.next(),
                    let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
            case UInt8(ascii: "+"): bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

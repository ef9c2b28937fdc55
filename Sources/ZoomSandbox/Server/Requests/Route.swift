/// What a request is for.
enum Route: Equatable {
    /// `POST /oauth/token`
    case token
    /// `PUT /v2/meetings/{id}/registrants/status`
    case update(SandboxKind, String)
    /// `GET /v2/meetings/{id}/registrants`
    case list(SandboxKind, String)
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
        case 4...5 where parts[0] == "v2" && parts[3] == "registrants":
            guard let kind = ["meetings": SandboxKind.meeting, "webinars": .webinar][parts[1]] else {
                self = .unknown
                return
            }
            guard parts.count == 4 || parts[4] == "status" else {
                self = .unknown
                return
            }
            route = parts.count == 4 ? ("GET", .list(kind, parts[2])) : ("PUT", .update(kind, parts[2]))
        default:
            self = .unknown
            return
        }
        self = route.method == method ? route.route : .wrongMethod
    }
}

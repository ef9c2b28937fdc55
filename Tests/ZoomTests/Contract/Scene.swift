import Foundation
import ZoomModel
import ZoomSandbox

@testable import Zoom

/// How the sandbox is brought to give the answer of one row of the table, and what the client sends to get it.
struct Scene: Sendable {
    var options = SandboxOptions()
    var clock = SandboxClock.system()
    var update: StatusUpdate
    var credentials = Credentials.token(Secret("sandbox-token"))
    var limits = HTTPZoomClient.Limits()
    /// Requests that are sent before the one that counts.
    var before = 0
    /// Whether the client is given an address at which nobody listens.
    var isUnreachable = false
    /// Whether the client is made to expect TLS.
    var wantsTLS = false

    /// The remedies that the table promises, for a batch of several and for one registrant alone.
    let several: Disposition.NextStep
    let alone: Disposition.NextStep

    static let meeting = "85123456789"

    private init(_ several: Disposition.NextStep, alone: Disposition.NextStep? = nil, count: Int) throws {
        self.several = several
        self.alone = alone ?? several
        update = try Some.update(ids: (1...count).map { "r\($0)" })
        options.isOpen = true
    }

    /// The scene of a row; nil for a row that no scene knows, so that a new row fails the tests until it has one.
    static func of(_ row: String, count: Int) throws -> Scene? {
        if let scene = try ofMeeting(row, count: count) { return scene }
        if let scene = try ofLimit(row, count: count) { return scene }
        return try ofServer(row, count: count)
    }

    private static func refusing(
        _ refusal: Refusal,
        _ nextStep: Disposition.NextStep,
        alone: Disposition.NextStep? = nil,
        count: Int
    )
        throws -> Scene
    {
        var scene = try Scene(nextStep, alone: alone, count: count)
        scene.options.seed = Seed(meetings: [SeedMeeting(id: meeting, refuse: refusal)])
        return scene
    }

    /// One registrant is refused, whoever else the request names.
    private static func refusing(person refusal: PersonRefusal, count: Int) throws -> Scene {
        var scene = try Scene(.split, alone: .failRegistrant, count: count)
        let person = SeedRegistrant(id: "r1", refuse: refusal)
        scene.options.seed = Seed(meetings: [SeedMeeting(id: meeting, registrants: [person], open: true)])
        return scene
    }

    private static func canned(
        _ answer: CannedAnswer,
        _ nextStep: Disposition.NextStep,
        alone: Disposition.NextStep? = nil,
        count: Int
    )
        throws -> Scene
    {
        var scene = try Scene(nextStep, alone: alone, count: count)
        scene.options.seed = Seed(meetings: [SeedMeeting(id: meeting, answer: answer)])
        return scene
    }

    private static func failing(_ fault: Fault, _ nextStep: Disposition.NextStep, ofToken: Bool = false, count: Int)
        throws
        -> Scene
    {
        var scene = try Scene(nextStep, count: count)
        scene.options.faults = [FaultRule(fault, .every(1), ofToken: ofToken)]
        return scene
    }

    private static func ofMeeting(_ row: String, count: Int) throws -> Scene? {
        switch row {
        case "updated": return try Scene(.applied, count: count)
        case "registration not required": return try refusing(.registration, .failTarget, count: count)
        case "registration not required (newer form)":
            return try refusing(.registrationNewer, .failTarget, count: count)
        case "other account": return try refusing(.otherAccount, .failTarget, count: count)
        case "no access to the meeting": return try refusing(.noAccess, .failTarget, count: count)
        case "invalid number": return try refusing(.invalidNumber300, .failTarget, count: count)
        case "expired": return try refusing(.expired, .failTarget, count: count)
        case "occurrence missing": return try refusing(.occurrenceMissing, .failTarget, count: count)
        case "a webinar's number": return try refusing(.webinarsNumber, .failTarget, count: count)
        case "host may not host": return try refusing(.mayNotHost, .failTarget, count: count)
        case "full": return try refusing(.full, .failAction, count: count)
        case "over": return try refusing(.over, .failTarget, count: count)
        case "registrant missing": return try refusing(person: .missing, count: count)
        case "the host's own address": return try refusing(person: .host, count: count)
        case "not the host": return try refusing(.notHost, .failTarget, count: count)
        case "host missing": return try refusing(.userMissing, .failTarget, count: count)
        case "meeting missing": return try refusing(.missing, .failTarget, count: count)
        case "too many registrants":
            var scene = try Scene(.halve, alone: .failRegistrant, count: count)
            scene.options.seed = Seed(meetings: [SeedMeeting(id: meeting, mostRegistrants: count - 1, open: true)])
            return scene
        case "too large":
            return try canned(
                CannedAnswer(status: 413, message: "Too large"),
                .halve,
                alone: .failRegistrant,
                count: count
            )
        case "validation failed": return try refusing(.invalid, .split, alone: .failRegistrant, count: count)
        case "not found": return try refusing(.notFound, .split, alone: .failRegistrant, count: count)
        case "bad request":
            let answer = CannedAnswer(status: 400, code: 9_999, message: "Word for word.")
            return try canned(answer, .split, alone: .failRegistrant, count: count)
        case "unprocessable":
            return try canned(CannedAnswer(status: 422, message: "No."), .split, alone: .failRegistrant, count: count)
        default: return nil
        }
    }

    private static func ofLimit(_ row: String, count: Int) throws -> Scene? {
        switch row {
        case "registrant's day limit":
            var scene = try Scene(.deferUntil(.registrant("r1"), nil), count: count)
            let spent = SeedRegistrant(id: "r1", changesToday: 10)
            scene.options.seed = Seed(meetings: [SeedMeeting(id: meeting, registrants: [spent], open: true)])
            return scene
        case "meeting's day limit":
            var scene = try Scene(.deferUntil(.target, nil), count: count)
            let message =
                "You have exceeded the daily rate limit of (10) for webinar **Update registrant's status** API "
            let answer = CannedAnswer(status: 429, code: 429, message: message + "requests.")
            scene.options.seed = Seed(webinars: [SeedMeeting(id: meeting, answer: answer, open: true)])
            scene.update = try Some.update(ids: (1...count).map { "r\($0)" }, kind: .webinar)
            return scene
        case "account's day limit":
            let midnight = Date(timeIntervalSince1970: 1_590_883_200)
            var scene = try Scene(.deferUntil(.account, .date(midnight)), count: count)
            scene.clock = SandboxClock(now: { midnight.addingTimeInterval(-3_600) }, sleep: { _ in })
            scene.options.perDay = 2
            scene.before = 2
            return scene
        case "too many at once":
            let message = "Too many concurrent requests. A request to disable or enable registration is in progress."
            return try canned(CannedAnswer(status: 429, code: 429, message: message), .hold(nil), count: count)
        case "too fast":
            let noon = Date(timeIntervalSince1970: 1_590_840_000)
            var scene = try Scene(.slowDown(.date(noon.addingTimeInterval(1))), count: count)
            scene.clock = SandboxClock(now: { noon }, sleep: { _ in })
            scene.options.plan = .free
            scene.before = 2
            return scene
        default: return nil
        }
    }

    private static func ofServer(_ row: String, count: Int) throws -> Scene? {
        switch row {
        case "scopes missing": return try refusing(.scopeMissing, .stop, count: count)
        case "token empty": return try refusing(.emptyToken, .stop, count: count)
        case "no permission": return try refusing(.noPermission, .doubtCredentials, count: count)
        case "webinar plan missing": return try refusing(.webinarPlan, .failTarget, count: count)
        case "invalid key": return try refusing(.invalidKey, .stop, count: count)
        case "token refused":
            var scene = try Scene(.refreshToken, count: count)
            scene.credentials = .token(Secret("stale"))
            return scene
        case "unauthorized":
            return try canned(CannedAnswer(status: 401, body: ""), .refreshToken, count: count)
        case "not applied":
            return try canned(CannedAnswer(status: 200, code: 0, message: "OK"), .retry(nil), count: count)
        case "redirect": return try failing(.redirect, .stop, count: count)
        case "not Zoom":
            let page = CannedAnswer(status: 404, body: "<html>Not here</html>", contentType: "text/html")
            return try canned(page, .retry(nil), count: count)
        case "request timeout": return try failing(.status(408, applied: false), .retry(nil), count: count)
        case "conflict": return try failing(.status(409, applied: false), .retry(nil), count: count)
        case "locked": return try failing(.status(423, applied: false), .retry(nil), count: count)
        case "server trouble": return try failing(.status(503, applied: false), .retry(nil), count: count)
        case "unreachable":
            var scene = try Scene(.retry(nil), count: count)
            scene.isUnreachable = true
            return scene
        case "cut": return try failing(.cut(applied: true), .retry(nil), count: count)
        case "timeout":
            var scene = try failing(.hang, .retry(nil), count: count)
            scene.limits.answerTime = .milliseconds(200)
            return scene
        case "TLS":
            var scene = try Scene(.stop, count: count)
            scene.wantsTLS = true
            return scene
        case "no token":
            var scene = try failing(.status(503, applied: false), .retry(nil), ofToken: true, count: count)
            scene.credentials = app(secret: "sandbox-secret")
            return scene
        case "credentials refused":
            var scene = try Scene(.stop, count: count)
            scene.credentials = app(secret: "wrong")
            return scene
        case "forbidden": return try canned(CannedAnswer(status: 403, message: "No."), .stop, count: count)
        case "not understood": return try canned(CannedAnswer(status: 405, message: "No."), .stop, count: count)
        case "not HTTP": return try canned(CannedAnswer(status: 799, message: "?"), .retry(nil), count: count)
        default: return nil
        }
    }

    private static func app(secret: String) -> Credentials {
        .serverToServer(accountID: "sandbox-account", clientID: "sandbox-client", clientSecret: Secret(secret))
    }
}

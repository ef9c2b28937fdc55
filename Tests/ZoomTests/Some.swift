import Decisions
import Testing
import Zoom
import ZoomSandbox

/// Small builders of what the tests send.
enum Some {
    /// The two things that the client can ask for.
    enum Call: Sendable, CaseIterable {
        case update
        case list
    }

    static func update(
        ids: [String] = [],
        emails: [String] = [],
        action: Action = .approve,
        kind: Target.Kind = .meeting,
        meeting: String = "85123456789",
        occurrence: String? = nil
    ) throws -> StatusUpdate {
        let people = ids.map { Registrant(id: $0, email: nil) } + emails.map { Registrant(id: nil, email: $0) }
        return StatusUpdate(
            target: try target(kind, meeting, occurrence: occurrence),
            action: action,
            registrants: people.compactMap(\.self)
        )
    }

    static func target(
        _ kind: Target.Kind = .meeting,
        _ id: String = "85123456789",
        occurrence: String? = nil
    ) throws -> Target {
        Target(
            kind: kind,
            id: try #require(MeetingID(id)),
            occurrence: try occurrence.map { try #require(OccurrenceID($0)) }
        )
    }
}

/// Runs a sandbox on a free port for as long as the test takes.
func withSandbox<Result: Sendable>(
    _ options: SandboxOptions = SandboxOptions(),
    clock: SandboxClock = .system(),
    _ body: @Sendable (SandboxServer) async throws -> Result
) async throws -> Result {
    try await SandboxServer.run(options, clock: clock, body)
}

/// Makes a client of a sandbox and closes it after.
func withClient<Result: Sendable>(
    of sandbox: SandboxServer,
    encoding: BodyEncoding = .json,
    limits: HTTPZoomClient.Limits = .init(),
    credentials: Credentials = .token(Secret("sandbox-token")),
    _ body: @Sendable (HTTPZoomClient) async throws -> Result
) async throws -> Result {
    let configuration = HTTPZoomClient.Configuration(
        version: "0-test",
        baseURL: try BaseURL(sandbox.baseURL),
        tokenURL: try BaseURL(sandbox.tokenURL),
        encoding: encoding,
        limits: limits
    )
    let client = HTTPZoomClient(configuration, credentials: credentials)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

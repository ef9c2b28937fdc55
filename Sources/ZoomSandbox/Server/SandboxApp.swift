/// The Server-to-Server OAuth app that the sandbox knows.
public struct SandboxApp: Sendable, Hashable {
    /// The account's id.
    public var accountID = "sandbox-account"
    /// The client's id.
    public var clientID = "sandbox-client"
    /// The client's secret.
    public var clientSecret = "sandbox-secret"
    /// The scopes of its tokens.
    public var scopes: Set<String> = [
        "meeting:update:registrant_status:admin", "meeting:read:list_registrants:admin",
        "webinar:update:registrant_status:admin", "webinar:read:list_registrants:admin",
    ]

    /// The app that the README's demo uses.
    public init() {}
}

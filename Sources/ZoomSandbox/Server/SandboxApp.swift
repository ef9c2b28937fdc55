/// The Server-to-Server OAuth app that the sandbox knows.
package struct SandboxApp: Sendable, Hashable {
    /// The account's id.
    package var accountID = "sandbox-account"
    /// The client's id.
    package var clientID = "sandbox-client"
    /// The client's secret.
    package var clientSecret = "sandbox-secret"
    /// The scopes of its tokens.
    package var scopes: Set<String> = [
        "meeting:update:registrant_status:admin", "meeting:read:list_registrants:admin",
        "webinar:update:registrant_status:admin", "webinar:read:list_registrants:admin",
    ]

    /// The app that the README's demo uses.
    package init() {}
}

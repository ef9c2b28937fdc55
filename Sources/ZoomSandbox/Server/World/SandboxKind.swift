/// Meetings and webinars have twin endpoints.
package enum SandboxKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// `/meetings/…`
    case meeting
    /// `/webinars/…`
    case webinar

    /// The word at the beginning of a message.
    var title: String { self == .meeting ? "Meeting" : "Webinar" }
}

/// What a registrant registered for: one meeting or webinar, or one occurrence of it.
package struct Target: Sendable, Hashable {
    /// Meetings and webinars have twin endpoints.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `PUT /meetings/{id}/registrants/status`
        case meeting
        /// `PUT /webinars/{id}/registrants/status`
        case webinar
    }

    /// The profile whose account owns the meeting, or nil for the one the command was given.
    package let account: String?
    /// Whether `id` names a meeting or a webinar.
    package let kind: Kind
    /// The meeting's or webinar's number.
    package let id: MeetingID
    /// The one occurrence of a recurring series that is meant, or nil for the whole.
    package let occurrence: OccurrenceID?

    package init(account: String? = nil, kind: Kind = .meeting, id: MeetingID, occurrence: OccurrenceID? = nil) {
        self.account = account
        self.kind = kind
        self.id = id
        self.occurrence = occurrence
    }

    /// The meeting or webinar with all its occurrences.
    package var whole: Target { Target(account: account, kind: kind, id: id) }
}

/// What a registrant registered for: one meeting or webinar, or one occurrence of it.
package struct Target: Sendable, Hashable {
    /// Meetings and webinars have twin endpoints.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `PUT /meetings/{id}/registrants/status`
        case meeting
        /// `PUT /webinars/{id}/registrants/status`
        case webinar
    }

    /// The profile whose account owns the meeting; nil for the one given to the command.
    package let account: String?
    /// Whether `id` names a meeting or a webinar.
    package let kind: Kind
    package let id: MeetingID
    /// The occurrence of a recurring series; nil for the whole series.
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

/// The number of a meeting or webinar, as digits.
///
/// Text, because it is an identifier, not a quantity; it exceeds 32 bits but never 64.
/// Source: "Update registrant's status", parameter `meetingId` ("long" format).
package struct MeetingID: Sendable, Hashable, CustomStringConvertible {
    /// The digits, without spaces or dashes.
    package let description: String

    /// Accepts 1 to 19 digits that fit a signed 64-bit integer and do not start with zero; anything else is nil.
    package init?(_ digits: some StringProtocol) {
        guard let number = Int64(digits), number > 0, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            digits.utf8.first != 0x30
        else { return nil }
        description = String(digits)
    }
}

/// The id of one occurrence of a recurring meeting or webinar.
///
/// Zoom writes milliseconds since 1970, and nothing else is accepted from a spreadsheet (`NumberRule`). But Zoom
/// documents plain text, and older journals hold such ids, so this type keeps any printable text as it is.
package struct OccurrenceID: Sendable, Hashable, CustomStringConvertible {
    /// The id as Zoom wrote it.
    package let description: String

    /// Accepts 1 to 128 bytes of printable text without spaces at its ends; anything else is nil.
    package init?(_ text: some StringProtocol) {
        guard text.first != " ", text.last != " ", !text.isEmpty, text.utf8.count <= 128,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        description = String(text)
    }
}

/// How a row names its registrant: by Zoom's id, by email, or by both.
///
/// Users report that Zoom accepts the email alone, and that a wrong id spoils a right email (MacsiDigital/laravel-zoom
/// issues 32 and 96).
package struct Registrant: Sendable, Hashable {
    /// Zoom's id of the registrant, as exported.
    package let id: String?
    /// The email address, as it is sent.
    package let email: String?

    /// Nil if both are absent or empty.
    package init?(id: String?, email: String?) {
        let id = id?.isEmpty == true ? nil : id
        let email = email?.isEmpty == true ? nil : email
        guard id != nil || email != nil else { return nil }
        self.id = id
        self.email = email
    }
}

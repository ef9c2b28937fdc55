import Decisions
package import FoundationEssentials

/// What a 429 says: which limit, and if it is one registrant's, whose.
///
/// The headers tell a per-second limit from a daily one, but are often missing where the limit is a registrant's or a
/// webinar's; then the message is all there is, or a `Retry-After` that names 00:00 UTC. The message's documented form is
/// `You have exceeded the daily rate limit of "{0}" for meeting **Update registrant's status** API requests for the
/// registrant "{1}". You can resume these API requests at GMT 00:00:00.`; forms with parentheses and without quotes are
/// seen too, so it is read loosely.
struct RateLimitNotice: Sendable, Hashable {
    /// The limits that are told apart.
    enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Too many requests in this second, or a 429 that does not say.
        case second
        /// The account's requests of the day.
        case accountDay
        /// The day's requests to one meeting or webinar.
        case targetDay
        /// One registrant's status changes of the day in one meeting or webinar.
        case registrantDay
    }

    let kind: Kind
    /// The id or email that the message names, in the spelling of the batch; only for `registrantDay`.
    let registrant: String?

    /// Reads an answer with status 429 to a request, or to a listing if there is no `update`.
    init(_ answer: Answer, to update: StatusUpdate?) {
        let message = answer.message?.lowercased() ?? ""
        // "registrant's" belongs to the endpoint's name; the person follows a "registrant" of its own.
        let about = message.ranges(of: "registrant").map(\.upperBound).filter { end in
            !["'", "\u{2019}", "s"].contains(message[end...].first.map(String.init) ?? "")
        }
        let type = answer.rateLimitType?.lowercased() ?? ""
        let isDaily =
            message.contains("daily") || message.contains("per day") || message.contains("per-day")
            || type.contains("daily") || !type.contains("qps") && Self.waitsForMidnight(answer)
        guard isDaily else {
            registrant = nil
            kind = .second
            return
        }
        if let start = about.last,
            let registrant = Self.registrant(named: message[start...], of: update, exactly: answer.message ?? "")
        {
            kind = .registrantDay
            self.registrant = registrant
            return
        }
        registrant = nil
        let aboutTarget =
            message.contains("registrant") || message.contains("meeting") || message.contains("webinar")
        kind = aboutTarget ? .targetDay : .accountDay
    }

    /// Whether Zoom asks to wait until 00:00 UTC, where every daily limit ends, and not for the next second alone.
    ///
    /// Without the server's clock a moment may be either, and waiting for it does no harm in both cases.
    private static func waitsForMidnight(_ answer: Answer) -> Bool {
        guard let retryAfter = answer.retryAfter, let date = answer.date else { return false }
        let now = date.timeIntervalSince1970
        let due =
            switch retryAfter {
            case .seconds(let seconds): now + Double(min(seconds, 2 * 86_400))
            case .date(let date): date.timeIntervalSince1970
            }
        let midnight = (due / 86_400).rounded() * 86_400
        return due - now > 60 && abs(due - midnight) <= 2
    }

    /// Whom of the batch the end of the message names.
    ///
    /// The batch's own ids and emails are looked for, so no grammar is needed. A lone registrant is meant even if the
    /// message spells it in another way.
    private static func registrant(
        named text: Substring,
        of update: StatusUpdate?,
        exactly message: String
    ) -> String? {
        let end = text.firstRange(of: "you can")?.lowerBound ?? text.endIndex
        let place = text[..<end]
        guard let update, place.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
        let named = update.registrants.flatMap { [$0.id, $0.email].compactMap(\.self) }
            .filter { Self.names($0.lowercased(), in: place) }
        // Ids may differ in case alone.
        if let name = named.first(where: message.contains) ?? named.first { return name }
        guard update.registrants.count == 1, let alone = update.registrants.first else { return nil }
        return alone.id ?? alone.email
    }

    /// Whether the text holds the name as a whole, not as a part of a longer one.
    private static func names(_ name: String, in text: Substring) -> Bool {
        text.ranges(of: name).contains { range in
            let before = text[..<range.lowerBound].last
            var after = text[range.upperBound...].makeIterator()
            let next = after.next()
            // A full stop ends the sentence, unless the name goes on behind it.
            let goesOn = next == "." ? after.next().map(Self.isOfName) ?? false : next.map(Self.isOfName) ?? false
            return !goesOn && !(before.map(Self.isOfName) ?? false)
        }
    }

    private static func isOfName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_-+@%.".contains(character)
    }
}

/// How long Zoom asks to wait: a number of seconds, or a moment.
package enum RetryAfter: Sendable, Hashable {
    /// So many seconds from the answer on.
    case seconds(Int)
    /// Until this moment (HTTP date or ISO 8601).
    case date(Date)

    /// Reads a `Retry-After` header: seconds or an HTTP date (RFC 9110, 10.2.3), or ISO 8601 as Zoom documents it.
    ///
    /// Nil for anything else. The value is the server's claim, however absurd; bounding it is the caller's.
    package init?(_ text: some StringProtocol) {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let text = String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        if !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            guard let seconds = Int(text) else { return nil }
            self = .seconds(seconds)
        } else if let date = HTTPDate(text)?.date ?? ISODate(text)?.date {
            self = .date(date)
        } else {
            return nil
        }
    }
}

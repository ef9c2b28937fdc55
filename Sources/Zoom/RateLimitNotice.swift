import Decisions
package import FoundationEssentials

/// What a 429 says: which limit, and whose it is if it is a registrant's.
///
/// The headers distinguish a per-second limit from a daily one, but are often missing if the limit is a registrant's or
/// a webinar's; then there is only the message, or a `Retry-After` that names 00:00 UTC. The message's documented form
/// is `You have exceeded the daily rate limit of "{0}" for meeting **Update registrant's status** API requests for the
/// registrant "{1}". You can resume these API requests at GMT 00:00:00.`; forms with parentheses and without quotes
/// also occur, so it is read loosely.
struct RateLimitNotice: Sendable, Hashable {
    /// The limits that are distinguished.
    enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Too many requests in this second, or a 429 that does not say.
        case second
        /// The account's requests per day.
        case accountDay
        /// The requests per day to one meeting or webinar.
        case targetDay
        /// One registrant's status changes per day in one meeting or webinar.
        case registrantDay
    }

    let kind: Kind
    /// The id or email that the message names, spelled as in the batch; only for `registrantDay`.
    let registrant: String?

    /// Reads an answer with status 429 to a request, or to a listing if there is no `update`.
    init(_ answer: Answer, to update: StatusUpdate?) {
        let message = answer.message?.lowercased() ?? ""
        // "registrant's" belongs to the endpoint's name; the person follows a separate "registrant".
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

    /// Whether Zoom asks to wait until 00:00 UTC, when every daily limit ends, and not just for the next second.
    ///
    /// Without the server's clock a moment may mean either, and waiting for it is harmless in both cases.
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

    /// The registrant of the batch that the end of the message names.
    ///
    /// It searches for the batch's own ids and emails, so it needs no grammar. A lone registrant is meant even if the
    /// message spells it differently.
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
        // Ids may differ only in case.
        if let name = named.first(where: message.contains) ?? named.first { return name }
        guard update.registrants.count == 1, let alone = update.registrants.first else { return nil }
        return alone.id ?? alone.email
    }

    /// Whether the text contains the whole name, not as part of a longer one.
    private static func names(_ name: String, in text: Substring) -> Bool {
        text.ranges(of: name).contains { range in
            let before = text[..<range.lowerBound].last
            var after = text[range.upperBound...].makeIterator()
            let next = after.next()
            // A full stop ends the sentence, unless the name continues after it.
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
    /// This many seconds from the answer on.
    case seconds(Int)
    /// Until this moment (HTTP date or ISO 8601).
    case date(Date)

    /// Reads a `Retry-After` header: seconds or an HTTP date (RFC 9110, 10.2.3), or ISO 8601 as Zoom documents it.
    ///
    /// Nil for anything else. The value is the server's claim, however absurd; the caller must bound it.
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

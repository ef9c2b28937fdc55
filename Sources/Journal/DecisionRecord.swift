import Decisions
import SQLite

/// A decision about one registrant and target, and its state.
struct DecisionRecord {
    let id: DecisionID
    /// Its own standing; nil if its batch tells.
    let standing: RowStatus?
    /// Zoom's id of the registrant, as given in the row or learned.
    let registrant: String?
    /// The email as given in the row.
    let email: String?
    /// Its batch, or that of the decision already applied; nil if it never had one.
    let batch: BatchID?
    /// The batch's target; 0 if there is none.
    let target: TargetID
    /// The batch's action.
    let action: Action?
    /// The batch's state.
    let state: BatchState?
    /// When Zoom last confirmed it, and when a request for it last went unanswered: points in the order of events. Nil
    /// if that never happened.
    let confirmed: Int64?
    let lost: Int64?
    /// Whether it is certainly about the person for whom it was found, not perhaps about another who shares the
    /// address.
    fileprivate(set) var isCertain = true

    /// What `init` reads, of `decision d` and its batch `b`.
    fileprivate static let columns = """
        d.id, d.standing, d.registrant, d.email, d.batch, b.target, b.action, b.state,
            iif(d.standing is null, b.confirmed, d.confirmed) as confirmed, iif(d.standing is null, b.lost, d.lost) as lost
        """

    fileprivate init(_ row: Row) {
        id = row.id("id")
        standing = RowStatus(rawValue: row.string("standing"))
        registrant = row.optionalString("registrant")
        email = row.optionalString("email")
        batch = row.optionalID("batch")
        target = row.id("target")
        action = Action(rawValue: row.string("action"))
        state = BatchState(rawValue: row.string("state"))
        confirmed = row.optionalInt64("confirmed")
        lost = row.optionalInt64("lost")
    }

    /// Reads the decision with an id; nil if there is none.
    static func read(_ id: DecisionID, in connection: Connection) throws(SQLiteError) -> DecisionRecord? {
        try connection.statement(
            "select \(columns) from decision d left join batch b on b.id = d.batch where d.id = :id"
        ).first(["id": id]) { DecisionRecord($0) }
    }

    /// The registrant, as it would be sent.
    var named: Registrant? { Registrant(id: registrant, email: email) }

    /// Whether it counts by itself: false for a row that was rejected, decides nothing, or follows or yields to another
    /// row of its sheet.
    var decides: Bool { batch != nil && action != nil && standing != .duplicate }

    /// Whether its id and email belong to one person: false if an id has two emails in one sheet.
    fileprivate var tellsWhoIsWho: Bool { standing != .mixedUp }

    /// Whether it is waiting to be sent or was refused, so that a newer decision about the same person replaces it.
    var isOpenOrFailed: Bool {
        switch standing {
        case nil: state == .pending || state == .deferred || state == .failed
        case .notRegistered, .mismatched: true
        default: false
        }
    }

    /// Whether it yields to a newer decision. If either may be about somebody else, both are sent if they want the same
    /// action.
    func yields(to newer: Action?, certainly: Bool = true) -> Bool { isCertain && certainly || action != newer }

    /// The last point at which Zoom may have done what it wants; 0 if it was never requested.
    fileprivate var lastEvent: Int64 { max(confirmed ?? 0, lost ?? 0) }
}

/// A registrant of a meeting or webinar, with all names that the rows read so far give.
///
/// An id and an email are one person as soon as any row names both. Ids distinguish people: an address that several ids
/// share (a class, a family) belongs to none of them alone, so a row with only that address may be about any of them.
struct Person {
    /// The registrant as the row in question gives it.
    let registrant: Registrant
    /// Zoom's id; nil if none is known, or if only an email is given and several ids share it.
    fileprivate(set) var id: String?
    /// Emails, with A to Z lowercased.
    fileprivate(set) var emails: [String] = []
    /// The emails that several ids share.
    fileprivate var sharedEmails: Set<String> = []

    /// The decision, with `isCertain` set for this person; nil if it is about another.
    fileprivate func own(_ decision: DecisionRecord) -> DecisionRecord? {
        if let id, let named = decision.registrant, id != named { return nil }
        let email = decision.email?.asciiLowercased
        // If one id has two emails, one of them is wrong, and it is unknown which.
        let isElsewhere = email != nil && registrant.email != nil && email != registrant.email?.asciiLowercased
        var decision = decision
        decision.isCertain =
            !isElsewhere && (decision.registrant != nil ? id != nil : email.map { !sharedEmails.contains($0) } ?? false)
        return decision
    }
}

/// Identifies people and finds the decisions about them, by keys and then by text.
struct DecisionHistory {
    let connection: Connection
    let targets: TargetTable

    /// The person behind a registrant of a target's meeting or webinar.
    func person(_ registrant: Registrant, of target: TargetID) throws -> Person {
        try person(registrant, whole: targets.keys(of: target).whole)
    }

    /// The same, by the key of the meeting or webinar with all its occurrences.
    func person(_ registrant: Registrant, whole: RegistrantKey) throws -> Person {
        var person = Person(registrant: registrant, id: registrant.id)
        if let own = registrant.email?.asciiLowercased {
            person.emails.append(own)
            if person.id == nil {
                let ids = try idsSharing(own, whole)
                if ids.count > 1 { person.sharedEmails.insert(own) } else { person.id = ids.first }
            }
        }
        guard let id = person.id else { return person }
        try forEachRow(RegistrantKey(.id, id, of: whole).kept(besideID: false)) { row in
            if row.registrant == id, row.tellsWhoIsWho, let email = row.email?.asciiLowercased,
                !person.emails.contains(email)
            {
                person.emails.append(email)
            }
            return person.emails.count < Self.mostEmails
        }
        return person
    }

    /// The decisions about a registrant of a target.
    func decisions(
        about registrant: Registrant,
        at target: TargetID,
        including own: DecisionRecord? = nil
    ) throws -> [DecisionRecord] {
        try decisions(about: person(registrant, of: target), at: target, including: own)
    }

    /// The decisions that are or may be about a person and a target, latest first, without rows that decide nothing or
    /// follow another row of their sheet.
    ///
    /// - Parameters:
    ///   - limit: Only decisions before this one.
    ///   - own: The decision in question, which the index of registrants may have forgotten.
    func decisions(
        about person: Person,
        at target: TargetID,
        before limit: DecisionID = .end,
        including own: DecisionRecord? = nil
    ) throws -> [DecisionRecord] {
        var person = person
        let keys = try targets.keys(of: target)
        var found: [DecisionID: DecisionRecord] = [:]
        func collect(_ key: Int64, where isMeant: (DecisionRecord) -> Bool) throws {
            try forEachRow(key, before: limit) { row in
                if row.decides, row.target == target, isMeant(row) { found[row.id] = row }
                return true
            }
        }
        if let id = person.id {
            try collect(RegistrantKey(.id, id, of: keys.own).kept(besideID: false)) { $0.registrant == id }
        }
        for email in person.emails {
            let key = RegistrantKey(.email, email, of: keys.own)
            let before = found.count
            try collect(key.kept(besideID: false)) { $0.registrant == nil && $0.email?.asciiLowercased == email }
            // Whose email it is matters only if a row gives it alone.
            if found.count > before, let id = person.id,
                try !idsSharing(email, keys.whole).subtracting([id]).isEmpty
            {
                person.sharedEmails.insert(email)
            }
            if person.id == nil {
                try collect(key.kept(besideID: true)) { $0.email?.asciiLowercased == email }
            }
        }
        if let own { found[own.id] = own }
        return found.values.compactMap(person.own).sorted { $0.id > $1.id }
    }

    /// The decision by which Zoom confirmed an action for a person, if it still holds: no other action was confirmed or
    /// requested since, here, for the whole series of an occurrence, or for an occurrence of a series (only Zoom knows
    /// how far one affects the other).
    ///
    /// - Parameters:
    ///   - decisions: The journal's decisions about the person at the target.
    ///   - limit: Only decisions before this one.
    func confirmation(
        of action: Action,
        for person: Person,
        at target: TargetID,
        among decisions: [DecisionRecord],
        before limit: DecisionID = .end
    ) throws -> DecisionRecord? {
        let same = decisions.filter { $0.action == action && $0.isCertain && $0.confirmed != nil }
        guard let latest = same.max(by: { $0.confirmed ?? 0 < $1.confirmed ?? 0 }), let event = latest.confirmed else {
            return nil
        }
        func speaksAgainst(_ decision: DecisionRecord) -> Bool {
            decision.action != action && decision.lastEvent >= event
        }
        guard !decisions.contains(where: speaksAgainst) else { return nil }
        for other in try targets.related(to: target) {
            let decisions = try self.decisions(about: person, at: other, before: limit)
            if decisions.contains(where: { $0.action != action && $0.lastEvent > event }) { return nil }
        }
        return latest
    }

    /// Whether no other row says that a registrant's id and email belong to one person.
    ///
    /// - Parameters:
    ///   - whole: The key of the meeting or webinar with all its occurrences.
    ///   - own: The row in question.
    func isNews(_ registrant: Registrant, whole: RegistrantKey, besides own: DecisionID? = nil) throws -> Bool {
        guard let id = registrant.id, let email = registrant.email?.asciiLowercased else { return false }
        var isNews = true
        try forEachRow(RegistrantKey(.id, id, of: whole).kept(besideID: false)) { row in
            if row.id != own, row.registrant == id, row.tellsWhoIsWho, row.email?.asciiLowercased == email {
                isNews = false
            }
            return isNews
        }
        return isNews
    }

    /// The ids given with an email; stops at two, which show that it is shared.
    private func idsSharing(_ email: String, _ whole: RegistrantKey) throws -> Set<String> {
        var ids: Set<String> = []
        var rows = 0
        try forEachRow(RegistrantKey(.email, email, of: whole).kept(besideID: true)) { row in
            rows += 1
            if row.tellsWhoIsWho, row.email?.asciiLowercased == email, let id = row.registrant { ids.insert(id) }
            return ids.count < 2 && rows < Self.mostRows
        }
        return ids
    }

    /// Passes the rows with a key to `body` in journal order, until it returns false.
    private func forEachRow(
        _ key: Int64,
        before limit: DecisionID = .end,
        _ body: (DecisionRecord) -> Bool
    ) throws {
        try connection.statement(
            """
            select \(DecisionRecord.columns) from registrant_key k cross join decision d on d.id = k.decision
            left join batch b on b.id = d.batch where k.hash = :hash and k.decision < :limit order by k.decision
            """
        ).forEachWhile(["hash": key, "limit": limit]) { body(DecisionRecord($0)) }
    }

    /// The most emails of one person; a column of placeholders may seem to give more.
    private static let mostEmails = 16
    /// An email that this many rows give with one id belongs to that id.
    private static let mostRows = 64
}

extension String {
    /// The text with A to Z lowercased, as emails are compared; nothing beyond ASCII changes.
    var asciiLowercased: String {
        guard utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return self }
        return String(decoding: utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

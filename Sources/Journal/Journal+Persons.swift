import Decisions
import SQLite

/// A registrant of a meeting or webinar, by all the names that rows read so far give.
///
/// An id and an email are one person as soon as any row names both. Ids tell people apart: an address that several ids share
/// (a class, a family) is none's alone, so a row that gives only that address may be about any of them.
struct Person {
    /// How surely a decision is about the person.
    enum Relation {
        case certain, possible, none
    }

    /// The registrant as the row in question gives it.
    let registrant: Registrant
    /// Zoom's id; nil where none is known, and where the email is all that is given and several ids share it.
    fileprivate(set) var id: String?
    /// Emails, with letters A to Z as a to z.
    fileprivate(set) var emails: [String] = []
    /// Those of them that several ids share.
    fileprivate(set) var sharedEmails: Set<String> = []

    /// How surely a decision that was found for the person is about it.
    func relation(of decision: DecisionRecord) -> Relation {
        let email = decision.email?.asciiLowercased
        // Of one id with two emails one is wrong, and nobody knows which.
        let isElsewhere = email != nil && registrant.email != nil && email != registrant.email?.asciiLowercased
        if let named = decision.registrant {
            guard id == nil || id == named else { return .none }
            return id == nil || isElsewhere ? .possible : .certain
        }
        return isElsewhere || email.map(sharedEmails.contains) ?? true ? .possible : .certain
    }
}

/// Who is who, and what was decided about whom: found by keys and confirmed by text.
extension Journal {
    /// Who a registrant of a target's meeting or webinar is.
    func person(_ registrant: Registrant, of target: Int64) throws -> Person {
        try person(registrant, whole: targets.keys(of: target, in: connection).whole)
    }

    /// The same, by the key of the meeting or webinar with all its occurrences.
    func person(_ registrant: Registrant, whole: RegistrantKey) throws -> Person {
        var person = Person(registrant: registrant)
        let own = registrant.email?.asciiLowercased
        if let own { person.emails.append(own) }
        if let id = registrant.id {
            person.id = id
        } else if let own {
            let ids = try idsSharing(own, whole)
            if ids.count > 1 { person.sharedEmails.insert(own) }
            if ids.count == 1 { person.id = ids.first }
        }
        guard let id = person.id else { return person }
        try forEachRow(RegistrantKey(.id, id, of: whole).kept(besideID: false)) { row in
            guard row.registrant == id, row.tellsWhoIsWho, let email = row.email?.asciiLowercased,
                !person.emails.contains(email), person.emails.count < Self.mostEmails
            else { return true }
            person.emails.append(email)
            return true
        }
        return person
    }

    /// The decisions that may be about a person and a target, latest first; rows that decide nothing, or follow another row of
    /// their sheet, are left out.
    ///
    /// - Parameter limit: Only decisions before this one.
    func decisions(
        about person: inout Person,
        at target: Int64,
        before limit: Int64 = .max
    ) throws -> [DecisionRecord] {
        let keys = try targets.keys(of: target, in: connection)
        var found: [Int64: DecisionRecord] = [:]
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
            // Whose it is matters only where it was used alone.
            if found.count > before, let id = person.id,
                try !idsSharing(email, keys.whole).subtracting([id]).isEmpty
            {
                person.sharedEmails.insert(email)
            }
            if person.id == nil {
                try collect(key.kept(besideID: true)) { $0.email?.asciiLowercased == email }
            }
        }
        return found.values.sorted { $0.id > $1.id }
    }

    /// Whether no other row says that a registrant's id and email are one person's.
    ///
    /// - Parameters:
    ///   - whole: The key of the meeting or webinar with all its occurrences.
    ///   - limit: Only rows before this decision tell.
    ///   - own: The row in question.
    func isNews(
        _ registrant: Registrant,
        whole: RegistrantKey,
        before limit: Int64 = .max,
        besides own: Int64 = 0
    ) throws -> Bool {
        guard let id = registrant.id, let email = registrant.email?.asciiLowercased else { return false }
        var isNews = true
        try forEachRow(RegistrantKey(.id, id, of: whole).kept(besideID: false), before: limit) { row in
            if row.id != own, row.registrant == id, row.tellsWhoIsWho, row.email?.asciiLowercased == email {
                isNews = false
            }
            return isNews
        }
        return isNews
    }

    /// The ids beside which an email is given, of which two are enough to know that it is shared.
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

    /// Hands out the rows with a key in the order of the journal, until `body` says that it has seen enough.
    private func forEachRow(
        _ key: Int64,
        before limit: Int64 = .max,
        _ body: (DecisionRecord) throws -> Bool
    ) throws {
        var ids: [Int64] = []
        var last: Int64 = 0
        // A page at a time: of an address that a whole class shares the first few rows tell enough.
        repeat {
            ids.removeAll(keepingCapacity: true)
            try connection.statement(
                """
                select decision from registrant_key
                where hash = :hash and decision > :last and decision < :limit order by decision limit 64
                """
            ).forEach(key, last, limit) { row in ids.append(row.int64(0)) }
            for id in ids {
                guard let row = try DecisionRecord.read(id, in: connection) else { continue }
                guard try body(row) else { return }
            }
            last = ids.last ?? .max
        } while ids.count == 64
    }

    /// Nobody goes by more emails than this; a column of placeholders may seem to.
    private static let mostEmails = 16
    /// An email that so many rows give beside one id is that id's own.
    private static let mostRows = 64

    /// How many requests of a UTC day held other decisions about a registrant and target.
    func changesToday(of registrant: Registrant, target: Int64, besides own: Int64, on day: UTCDay) throws -> Int {
        var person = try person(registrant, of: target)
        var batches: Set<BatchID> = []
        for decision in try decisions(about: &person, at: target)
        where decision.id != own && decision.standing != .alreadyApplied && person.relation(of: decision) != .none {
            if let batch = decision.batch { batches.insert(batch) }
        }
        return try batches.reduce(0) { sum, batch in try sum + record(of: batch).changes(on: day) }
    }
}

extension String {
    /// The text with A to Z as a to z: how emails are compared, and nothing beyond ASCII with it.
    var asciiLowercased: String {
        guard utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return self }
        return String(decoding: utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

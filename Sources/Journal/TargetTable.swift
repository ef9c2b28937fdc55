import Decisions
import SQLite

/// The journal's numbers for targets, cached once read.
final class TargetTable {
    private let connection: Connection
    private var byID: [TargetID: Target] = [:]
    private var byTarget: [Target: TargetID] = [:]
    /// All targets of a meeting or webinar, the whole series included, by the latter.
    private var meetings: [Target: [TargetID]] = [:]
    private var keysByID: [TargetID: (own: RegistrantKey, whole: RegistrantKey)] = [:]

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// Clears the cache. Call it when a transaction was undone.
    func forget() {
        (byID, byTarget, meetings, keysByID) = ([:], [:], [:], [:])
    }

    /// The number of a target; nil if it is not in the journal.
    func id(of target: Target) throws(SQLiteError) -> TargetID? {
        if let id = byTarget[target] { return id }
        let id: TargetID? = try connection.statement(
            "select id from target where account = :account and kind = :kind and number = :number and occurrence = :occurrence"
        ).first(target.columns) { $0.id("id") }
        if let id { remember(target, as: id) }
        return id
    }

    /// The number of a target, which is added to the journal if it is new.
    func makeID(of target: Target) throws(SQLiteError) -> TargetID {
        if let id = try id(of: target) { return id }
        try connection.statement(
            "insert into target (account, kind, number, occurrence) values (:account, :kind, :number, :occurrence)"
        ).run(target.columns)
        let id = TargetID(rawValue: connection.lastInsertRowID)
        meetings[target.whole]?.append(id)
        remember(target, as: id)
        return id
    }

    /// The target with a number.
    func target(_ id: TargetID) throws -> Target {
        if let target = byID[id] { return target }
        let target = try connection.statement("select account, kind, number, occurrence from target where id = :id")
            .first(["id": id]) { Target(journaled: $0) }
        guard let target else {
            throw JournalError.inconsistent(path: connection.path, detail: "target \(id) can't be read")
        }
        remember(target, as: id)
        return target
    }

    /// The numbers of targets that overlap a target: for an occurrence its whole series, for a series its occurrences.
    func related(to id: TargetID) throws -> [TargetID] {
        let target = try target(id)
        guard target.occurrence == nil else { return try [self.id(of: target.whole)].compactMap(\.self) }
        return try all(ofMeeting: target).filter { $0 != id }
    }

    /// The numbers of a meeting or webinar and of its occurrences.
    func all(ofMeeting whole: Target) throws -> [TargetID] {
        if let known = meetings[whole] { return known }
        let found: [TargetID] = try connection.statement(
            """
            select id from target
            where account = :account and kind = :kind and number = :number and occurrence >= :occurrence
            """
        ).all(whole.columns) { $0.id("id") }
        meetings[whole] = found
        return found
    }

    /// The beginnings of the keys of a target's registrants, and of those of its meeting or webinar with all
    /// occurrences.
    func keys(of id: TargetID) throws -> (own: RegistrantKey, whole: RegistrantKey) {
        if let known = keysByID[id] { return known }
        let target = try target(id)
        let keys = (own: RegistrantKey.target(target), whole: RegistrantKey.target(target.whole))
        keysByID[id] = keys
        return keys
    }

    private func remember(_ target: Target, as id: TargetID) {
        byID[id] = target
        byTarget[target] = id
    }
}

extension Target {
    /// The target as the journal keeps it.
    fileprivate var columns: Statement.Values {
        [
            "account": account ?? "", "kind": kind.rawValue, "number": id.description,
            "occurrence": occurrence?.description ?? "",
        ]
    }

    /// Reads account, kind, number and occurrence; nil if they hold something Usher never wrote.
    init?(journaled row: Row) {
        let account = row.string("account")
        let occurrence = row.string("occurrence")
        guard let kind = Kind(rawValue: row.string("kind")), let id = MeetingID(row.string("number")),
            occurrence.isEmpty || OccurrenceID(occurrence) != nil
        else { return nil }
        self.init(
            account: account.isEmpty ? nil : account,
            kind: kind,
            id: id,
            occurrence: OccurrenceID(occurrence)
        )
    }
}

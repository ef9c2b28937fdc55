import Decisions
import SQLite

/// The journal's numbers for targets, remembered once seen.
struct TargetTable {
    private var byID: [Int64: Target] = [:]
    private var byTarget: [Target: Int64] = [:]
    private var occurrences: [Target: [Int64]] = [:]
    private var keysByID: [Int64: (own: RegistrantKey, whole: RegistrantKey)] = [:]

    /// The number of a target that is known to be in the journal; nil where it is not.
    mutating func id(of target: Target, in connection: Connection) throws(SQLiteError) -> Int64? {
        if let id = byTarget[target] { return id }
        let id = try connection.statement(
            "select id from target where account = :account and kind = :kind and number = :number and occurrence = :occurrence"
        ).first(
            target.account ?? "",
            target.kind.rawValue,
            target.id.description,
            target.occurrence?.description ?? ""
        ) { row throws(SQLiteError) in row.int64(0) }
        if let id { remember(target, as: id) }
        return id
    }

    /// The number of a target, which is added to the journal where it is new.
    mutating func makeID(of target: Target, in connection: Connection) throws(SQLiteError) -> Int64 {
        if let id = try id(of: target, in: connection) { return id }
        try connection.statement(
            "insert into target (account, kind, number, occurrence) values (:account, :kind, :number, :occurrence)"
        ).run(target.account ?? "", target.kind.rawValue, target.id.description, target.occurrence?.description ?? "")
        let id = connection.lastInsertRowID
        if target.occurrence != nil { occurrences[target.whole]?.append(id) }
        remember(target, as: id)
        return id
    }

    /// The target with a number.
    mutating func target(_ id: Int64, in connection: Connection) throws -> Target {
        if let target = byID[id] { return target }
        let found: Target?? = try connection.statement(
            "select account, kind, number, occurrence from target where id = :id"
        ).first(id) { row throws(SQLiteError) in Target(journaled: row, from: 0) }
        guard let target = found ?? nil else {
            throw JournalError.inconsistent(path: connection.path, detail: "target \(id) can't be read")
        }
        remember(target, as: id)
        return target
    }

    /// The numbers of targets that reach into a target: of an occurrence its whole series, of a series its occurrences.
    mutating func related(to id: Int64, in connection: Connection) throws -> [Int64] {
        let target = try target(id, in: connection)
        guard target.occurrence == nil else {
            return try [self.id(of: target.whole, in: connection)].compactMap(\.self)
        }
        if let known = occurrences[target] { return known }
        var found: [Int64] = []
        try connection.statement(
            """
            select id from target where account = :account and kind = :kind and number = :number and occurrence <> ''
            """
        ).forEach(target.account ?? "", target.kind.rawValue, target.id.description) { row in found.append(row.int64(0))
        }
        occurrences[target] = found
        return found
    }

    /// With what the keys of a target's registrants begin, and those of its meeting or webinar with all occurrences.
    mutating func keys(
        of id: Int64,
        in connection: Connection
    ) throws -> (own: RegistrantKey, whole: RegistrantKey) {
        if let known = keysByID[id] { return known }
        let target = try target(id, in: connection)
        let keys = (own: RegistrantKey.target(target), whole: RegistrantKey.target(target.whole))
        keysByID[id] = keys
        return keys
    }

    private mutating func remember(_ target: Target, as id: Int64) {
        byID[id] = target
        byTarget[target] = id
    }
}

extension Target {
    /// Reads account, kind, number and occurrence from four columns; nil where they hold what Usher never wrote.
    init?(journaled row: Row, from column: Int32) {
        let account = row.string(column)
        let occurrence = row.string(column + 3)
        guard let kind = Kind(rawValue: row.string(column + 1)), let id = MeetingID(row.string(column + 2)),
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

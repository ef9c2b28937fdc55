/// How a spreadsheet is to be read, where its bytes leave it open.
public struct SheetOptions: Sendable, Hashable {
    /// What becomes of different actions for one registrant in one file.
    public enum ConflictPolicy: String, Sendable, Hashable, CaseIterable {
        /// Neither is sent.
        case reject
        /// The first row counts.
        case first
        /// The last row counts.
        case last
    }

    /// Names of columns that no alias covers.
    public var map: [Column: String]
    /// Names that columns may have beside the aliases; unlike those of `map`, a file need not have them.
    public var remembered: [Column: String] = [:]
    /// The profiles that cells of the account column may name.
    public var accounts: [String] = []
    /// The profile of rows that name none; nil for the account without a name.
    public var account: String?
    /// Whether numbers in the meeting column are webinars' where no type column says otherwise.
    public var webinars: Bool
    /// See `ConflictPolicy`.
    public var onConflict: ConflictPolicy

    /// The defaults.
    public init(map: [Column: String] = [:], webinars: Bool = false, onConflict: ConflictPolicy = .reject) {
        self.map = map
        self.webinars = webinars
        self.onConflict = onConflict
    }

    /// As they come to bear on a file: remembered names count as given where the file has them, and not at all where not.
    func applied(to names: [String]) -> SheetOptions {
        var options = self
        let present = Set(names.map { HeaderName($0).letters })
        for (column, name) in remembered where map[column] == nil && present.contains(HeaderName(name).letters) {
            options.map[column] = name
        }
        options.remembered = [:]
        // Without an account column it does not matter which names are known.
        let wanted = options.map[.account].map { [HeaderName($0).letters] } ?? Column.account.names
        if present.isDisjoint(with: wanted) { options.accounts = [] }
        return options
    }

    /// The options that change what a file means, in a fixed notation; empty for the defaults.
    public var notation: String {
        var parts = map.sorted { $0.key.rawValue < $1.key.rawValue }.map { "map \($0.key.rawValue)=\($0.value)" }
        if webinars { parts.append("webinars") }
        if onConflict != .reject { parts.append("on-conflict=\(onConflict.rawValue)") }
        if let account { parts.append("account=\(account)") }
        // With another profile, a row that was rejected for want of it may be taken.
        if !accounts.isEmpty { parts.append("accounts=\(accounts.sorted().joined(separator: ","))") }
        return parts.joined(separator: "\n")
    }
}

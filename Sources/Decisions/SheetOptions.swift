package import Spreadsheet

/// How to read a spreadsheet where its bytes are ambiguous.
package struct SheetOptions: Sendable, Hashable {
    /// What happens to different actions for one registrant in one file.
    package enum ConflictPolicy: String, Sendable, Hashable, CaseIterable {
        /// Neither is sent.
        case reject
        /// The first row counts.
        case first
        /// The last row counts.
        case last
    }

    /// Names of columns that no alias covers.
    package var map: [Column: String]
    /// Names that columns may have besides the aliases; unlike those of `map`, a file need not have them.
    package var remembered: [Column: String] = [:]
    /// The profiles that cells of the account column may name.
    package var accounts: [String] = []
    /// The profile of rows that name none; nil for the unnamed account.
    package var account: String?
    /// Whether numbers in the meeting column are webinars' unless a type column says otherwise.
    package var webinars: Bool
    package var onConflict: ConflictPolicy
    /// Words for actions besides the usual ones.
    package var words = ActionWords()
    /// The value of every row for a column that the file lacks: the text that the column would hold.
    package private(set) var given: [Column: String] = [:]
    /// Whether registrants are named by email alone, whatever columns of ids there are.
    package var ignoresIDs = false
    /// The charset of files that are not UTF-8; nil for Windows-1252, if they look like it.
    package var charset: Charset?

    package init(map: [Column: String] = [:], webinars: Bool = false, onConflict: ConflictPolicy = .reject) {
        self.map = map
        self.webinars = webinars
        self.onConflict = onConflict
    }

    /// The options as they apply to a file: remembered names count as given if the file has them, and are dropped
    /// otherwise.
    func applied(to names: [String]) -> SheetOptions {
        var options = self
        let present = Set(names.map { HeaderName($0).letters })
        for (column, name) in remembered where map[column] == nil && present.contains(HeaderName(name).letters) {
            options.map[column] = name
        }
        options.remembered = [:]
        if present.isDisjoint(with: Column.registrant.names + [Header.looseID]), options.map[.registrant] == nil {
            options.ignoresIDs = false
        }
        // Without an account column the known names do not matter.
        let wanted = options.map[.account].map { [HeaderName($0).letters] } ?? Column.account.names
        if present.isDisjoint(with: wanted) { options.accounts = [] }
        return options
    }

    /// The options that change what a file means, in a fixed notation; empty for the defaults.
    package var notation: String {
        var parts = map.sorted { $0.key.rawValue < $1.key.rawValue }.map { "map \($0.key.rawValue)=\($0.value)" }
        if webinars { parts.append("webinars") }
        if onConflict != .reject { parts.append("on-conflict=\(onConflict.rawValue)") }
        if let account { parts.append("account=\(account)") }
        // With another profile, a row rejected for lack of it may be accepted.
        if !accounts.isEmpty { parts.append("accounts=\(accounts.sorted().joined(separator: ","))") }
        parts += given.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue)=\($0.value)" }
        if ignoresIDs { parts.append("ignore-ids") }
        if let charset { parts.append("charset=\(charset.name)") }
        // With another word, a row rejected for lack of it may be accepted.
        if !words.isEmpty { parts.append("words \(words.notation)") }
        return parts.joined(separator: "\n")
    }
}

extension SheetOptions {
    /// The columns whose value may be given for all rows.
    package static let givable: [Column] = [.meeting, .webinar, .occurrence, .action]

    /// Gives every row a value for a column that the file lacks.
    ///
    /// - Returns: What is wrong with the value, as the end of a sentence that begins with it; nil if nothing is.
    package mutating func give(_ text: String, as column: Column) -> String? {
        var text = text
        let value: Result<String, Problem>? = text.withUTF8 { bytes in
            let cell = Cell(bytes)
            return switch column {
            case .meeting: NumberRule.meeting(cell, subject: .meeting, column: "").map(\.description)
            case .webinar: NumberRule.meeting(cell, subject: .webinar, column: "").map(\.description)
            case .occurrence: NumberRule.occurrence(cell, column: "").map(\.description)
            default: words.action(cell).map { .success($0.rawValue) }
            }
        }
        switch value {
        case .success(let value): given[column] = value
        case .failure(let problem): return problem.advice
        case nil: return "is not a valid action. Write \(Action.offered)."
        }
        return nil
    }
}

/// Something to say about a sheet as a whole, in a sentence or two.
package struct SheetNotice: Sendable, Hashable {
    /// How much it matters.
    package enum Level: Sendable, Hashable {
        /// Good to know.
        case remark
        /// Something may be meant differently than it is read.
        case warning
        /// So likely meant differently that a person is asked before anything is sent.
        case doubt
    }

    package let level: Level
    /// The message, without its level.
    package let sentence: String

    init(_ level: Level, _ sentence: String) {
        self.level = level
        self.sentence = sentence
    }

    /// What a message begins with unless it is only good to know.
    package static let warningMark = "Warning: "

    /// The message as it appears among others.
    package var text: String { level == .remark ? sentence : "\(Self.warningMark)\(sentence)" }
}

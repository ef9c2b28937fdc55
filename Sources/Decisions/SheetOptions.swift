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

    /// The options that change what a file means, in a fixed notation; empty for the defaults.
    public var notation: String {
        var parts = map.sorted { $0.key.rawValue < $1.key.rawValue }.map { "map \($0.key.rawValue)=\($0.value)" }
        if webinars { parts.append("webinars") }
        if onConflict != .reject { parts.append("on-conflict=\(onConflict.rawValue)") }
        return parts.joined(separator: "\n")
    }
}

import Zoom

/// One thing that can be set: by a flag, by a variable, or in the configuration file.
package struct Setting: Sendable, Hashable {
    /// Its name in the file, for example `batch_size`.
    package let name: String
    /// What it may be.
    package let rule: ValueRule
    /// Whether each profile may have its own.
    let isPerProfile: Bool
    /// Whether it is an address that is as secret as a key, of which only the host may be shown.
    let isSecret: Bool
    /// Whether it says where spreadsheets are, and so does not count where the command line names some.
    let yieldsToFiles: Bool
    /// The name of a setting that chooses this one together with others: where that one is set in a place that counts before
    /// this one's, this one does not count.
    package let isPartOf: String?

    /// Describes a setting; see `Setting.all`.
    init(
        _ name: String,
        _ rule: ValueRule,
        isPerProfile: Bool = false,
        isSecret: Bool = false,
        yieldsToFiles: Bool = false,
        isPartOf: String? = nil
    ) {
        self.name = name
        self.rule = rule
        self.isPerProfile = isPerProfile
        self.isSecret = isSecret
        self.yieldsToFiles = yieldsToFiles
        self.isPartOf = isPartOf
    }

    /// Its flag without the dashes: `batch-size`.
    package var flag: String { String(name.map { $0 == "_" ? "-" : $0 }) }
    /// Its environment variable: `USHER_BATCH_SIZE`.
    package var variable: String { Self.variablePrefix + name.uppercased() }

    /// A value as it may be shown.
    func shown(_ text: String) -> String {
        guard isSecret else { return text }
        guard let url = try? WebhookURL(text) else { return "(not an address)" }
        return "\(url.host) (the rest is secret)"
    }

    /// How the variables of settings begin.
    static let variablePrefix = "USHER_"
    /// The variable that names the configuration file. It is the only one that the file itself can't set.
    package static let fileVariable = "USHER_CONFIG"

    package static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}

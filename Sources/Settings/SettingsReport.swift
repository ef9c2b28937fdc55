import Files
import FoundationEssentials

/// What `usher config show` prints: each setting, its value and where it comes from. It never holds a secret.
package struct SettingsReport: Sendable, Hashable {
    struct Line: Sendable, Hashable, Encodable {
        let name: String
        let value: String?
        let from: String
    }

    /// What is known of a profile.
    struct ProfileLines: Sendable, Hashable, Encodable {
        let name: String
        let isDefault: Bool
        let settings: [Line]
        let credentials: String
    }

    private let file: String?
    private let lines: [Line]
    private let profiles: [ProfileLines]

    /// Collects the values.
    ///
    /// - Parameter standards: The default of a setting, where there is one.
    package init(_ settings: Settings, standards: (Setting) -> String?) {
        file = settings.file?.path
        lines = Setting.all.flatMap { setting -> [Line] in
            if setting.rule.names != nil {
                return settings.nested(setting.name).sorted { $0.key < $1.key }.map { name, value in
                    Line(name: "\(setting.name).\(name)", value: value.name, from: value.origin.description)
                }
            }
            let value = settings.value(setting)
            let standard = standards(setting) ?? (setting.rule == .flag ? "false" : nil)
            return [
                Line(
                    name: setting.name,
                    value: value.map { setting.shown($0.text) } ?? standard,
                    from: (value?.origin ?? Self.whole(of: setting, in: settings)?.origin ?? .standard).description
                )
            ]
        }
        let chosen = settings.chosenProfile?.name
        profiles = settings.profiles.map { profile in
            let own: [(String, String?)] = [
                ("account", profile.accountID), ("plan", profile.plan?.rawValue), ("rate", profile.rate),
                ("cloud", profile.cloud?.rawValue),
                ("base_url", profile.baseURL?.description), ("oauth_url", profile.tokenURL?.description),
            ]
            return ProfileLines(
                name: profile.name,
                isDefault: profile.name == chosen,
                settings: own.compactMap { name, value in
                    guard let value else { return nil }
                    let setting = Setting.named(name).flatMap { settings.isOverridden(name) ? $0 : nil }
                    let overriding = setting.flatMap { setting in
                        settings.value(setting)
                            ?? Self.whole(of: setting, in: settings).map { (standards(setting) ?? value, $0.origin) }
                    }
                    return Line(
                        name: name,
                        value: overriding?.text ?? value,
                        from: overriding?.origin.description ?? settings.place(of: profile)
                    )
                },
                credentials: profile.credentials.description
            )
        }
    }

    /// The setting that chose this one, where it was set.
    private static func whole(of setting: Setting, in settings: Settings) -> (text: String, origin: Origin)? {
        setting.isPartOf.flatMap(Setting.named).flatMap { settings.value($0) }
    }

    /// For people.
    package var text: String {
        var rows = [["setting", "value", "from"]]
        rows += lines.map { [$0.name, $0.value ?? "-", $0.from] }
        for profile in profiles {
            let title = "profile \(profile.name)\(profile.isDefault ? " (of rows that name no account)" : "")"
            rows.append([])
            rows.append([title])
            rows += profile.settings.map { ["  \($0.name)", $0.value ?? "-", $0.from] }
            rows.append(["  credentials", "(secret)", profile.credentials])
        }
        rows = rows.map { $0.map(\.onOneLine) }
        let cells = rows.filter { $0.count > 1 }
        let widths = (0..<2).map { column in cells.map { $0[column].count }.max() ?? 0 }
        let table = rows.map { row in
            guard row.count > 1 else { return row.first ?? "" }
            let padded = (0..<2).map { row[$0] + String(repeating: " ", count: widths[$0] - row[$0].count) }
            return "\(padded[0])  \(padded[1])  \(row[2])"
        }
        return (["Configuration file: \(file?.onOneLine ?? "none")", ""] + table).joined(separator: "\n")
    }

    /// For programs.
    package func json() throws -> String {
        struct Report: Encodable {
            let file: String?
            let settings: [Line]
            let profiles: [ProfileLines]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(
            decoding: try encoder.encode(Report(file: file, settings: lines, profiles: profiles)),
            as: UTF8.self
        )
    }
}

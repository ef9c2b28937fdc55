import Files
import FoundationEssentials
import Reporting

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

    /// A list that is left in the inbox to decide.
    struct ListLines: Sendable, Hashable, Encodable {
        let name: String
        let settings: [Line]
    }

    private let file: String?
    private let lines: [Line]
    private let profiles: [ProfileLines]
    private let lists: [ListLines]

    /// Collects the values.
    ///
    /// - Parameter computed: The default of a setting that depends on other settings or on the environment.
    package init(_ settings: Settings, computed: (Setting, Settings) -> String?) {
        func line(_ setting: Setting, in settings: Settings) -> Line {
            let value = settings.value(setting)
            let whole = setting.whole.flatMap(Setting.named).flatMap(settings.value)
            return Line(
                name: setting.name,
                value: value.map { setting.shown($0.text) } ?? setting.standard ?? computed(setting, settings),
                from: (value ?? whole)?.origin.description ?? Origin.standard.description
            )
        }
        file = settings.file?.path
        lines = Setting.all.flatMap { setting in
            guard setting.rule.names != nil else { return [line(setting, in: settings)] }
            return settings.nested(setting).sorted { $0.key < $1.key }.map { name, value in
                Line(name: "\(setting.name).\(name)", value: value.text, from: value.origin.description)
            }
        }
        let chosen = settings.chosenProfile?.name
        profiles = settings.profiles.map { profile in
            let own = Setting.all.filter { profile.settings[$0.name] != nil }
            let account = profile.accountID.map { id in
                Line(name: "account", value: id, from: settings.origin(of: profile).description)
            }
            return ProfileLines(
                name: profile.name,
                isDefault: profile.name == chosen,
                settings: (account.map { [$0] } ?? []) + own.map { line($0, in: settings.of(profile)) },
                credentials: profile.credentials.description
            )
        }
        lists = settings.lists.map { list in
            let from = Origin.file(settings.file?.path ?? "", line: list.line).description
            return ListLines(
                name: list.name,
                settings: list.shown.map { Line(name: $0.name, value: $0.value, from: from) }
            )
        }
    }

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
        for list in lists {
            rows.append([])
            rows.append(["list \(list.name) (to-decide/\(list.name).csv in the inbox)"])
            rows += list.settings.map { ["  \($0.name)", $0.value ?? "-", $0.from] }
        }
        let table = TextTable(rows.map { $0.map(\.onOneLine) }, leftAligned: [0, 1, 2]).lines
        return (["Configuration file: \(file?.onOneLine ?? "none")", ""] + table).joined(separator: "\n")
    }

    package func json() throws -> String {
        struct Report: Encodable {
            let file: String?
            let settings: [Line]
            let profiles: [ProfileLines]
            let lists: [ListLines]
        }
        return try JSONEncoder.usher(isPretty: true).text(
            of: Report(file: file, settings: lines, profiles: profiles, lists: lists)
        )
    }
}

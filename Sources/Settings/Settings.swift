package import Decisions
import Files
package import Sending

/// All settings, and where each was set. Flags override environment variables, which override the profile of an
/// account, which overrides the rest of the file, which overrides the defaults.
package struct Settings: Sendable {
    /// The file; nil if there is none.
    package let file: ConfigurationFile?
    /// What each place sets, by the setting's name.
    private typealias Layer = [String: SettingValue]
    private var flags: Layer = [:]
    private var variables: Layer = [:]
    private var profile: Layer = [:]
    private let common: Layer

    /// The faults in the file and in the variables. If there are any, do nothing.
    package private(set) var faults: [ConfigurationError.Fault] = []
    /// A message about variables that are named like settings but are not; nil if there are none. They are harmless:
    /// orchestrators set some for a service named `usher` (`USHER_PORT`, `USHER_SERVICE_HOST`).
    package private(set) var warning: String?

    package init() { self.init(file: nil, environment: [:]) }

    /// Finds the file, and combines it with the variables.
    ///
    /// - Parameter name: The value of `--config`.
    package init(fileNamed name: String?, environment: [String: String]) {
        let variable = environment[Setting.fileVariable].flatMap { $0.isEmpty ? nil : $0 }
        self.init(path: ConfigurationFile.find(named: name, variable: variable), environment: environment)
    }

    /// Reads a file, if there is one, and combines it with the variables.
    package init(path: String?, environment: [String: String]) {
        do {
            self.init(
                file: try path.map { path throws(ConfigurationError) in try ConfigurationFile(path: path) },
                environment: environment
            )
        } catch {
            self.init(file: nil, environment: environment)
            faults = error.faults + faults
        }
    }

    /// Combines a file with the variables.
    package init(file: ConfigurationFile?, environment: [String: String]) {
        self.file = file
        common = file?.values ?? [:]
        var unknown: [String] = []
        let secrets = (file?.profiles ?? []).compactMap { profile in
            if case .environment(let prefix) = profile.credentials { prefix + "_" } else { nil }
        }
        for (variable, text) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(Setting.variablePrefix) && variable != Setting.fileVariable && !text.isEmpty {
            guard let setting = Setting.all.first(where: { $0.variable == variable }) else {
                if secrets.contains(where: variable.hasPrefix) { continue }
                let names = Setting.all.map(\.variable) + [Setting.fileVariable]
                let hint = NearestName.to(variable, among: names).map { " (do you mean \($0)?)" }
                unknown.append("\(variable.excerpt(60))\(hint ?? "")")
                continue
            }
            if let fault = setting.rule.fault(in: text, isFromFile: false) {
                // A proxy's may hold a password.
                let shown = setting.rule == .proxy ? "This" : "\"\(text.excerpt(60))\""
                faults.append(.init(variable, "\(shown) \(fault)"))
            } else if setting.rule.names != nil, let fault = Self.nested(text, in: setting).fault {
                faults.append(.init(variable, fault))
            } else {
                variables[setting.name] = SettingValue(text: text, origin: .variable(variable))
            }
        }
        if !unknown.isEmpty {
            warning = "There is no setting of this name, so it is ignored: \(unknown.joined(separator: ", "))"
        }
        if let fault = faultyProfile() { faults.append(fault) }
    }

    package var profiles: [Profile] { file?.profiles ?? [] }
    package var lists: [ConfiguredList] { file?.lists ?? [] }

    // MARK: Values

    /// The value that a command's flags give each setting; nil for flags not given.
    package typealias Flags = [(setting: Setting, text: String?)]

    /// A copy with the values of flags.
    package func with(_ given: Flags) -> Settings {
        var settings = self
        for case (let setting, let text?) in given {
            settings.flags[setting.name] = SettingValue(text: text, origin: .flag(setting.flag))
        }
        return settings
    }

    /// A copy for one account.
    package func of(_ profile: Profile) -> Settings {
        var settings = self
        let origin = origin(of: profile)
        settings.profile = profile.settings.mapValues { SettingValue(text: $0, origin: origin) }
        return settings
    }

    /// The line on which a profile begins.
    func origin(of profile: Profile) -> Origin { .file(file?.path ?? "", line: profile.line) }

    /// What a setting was set to, and where; nil if it was not set.
    package func value(_ setting: Setting) -> SettingValue? {
        for layer in [flags, variables, profile, common] {
            if let value = layer[setting.name] { return value }
            if let whole = setting.whole, layer[whole] != nil { return nil }
        }
        return nil
    }

    /// A setting's value, or else its default.
    package func text(_ setting: Setting) -> String? { value(setting)?.text ?? setting.standard }

    /// Whether an on/off setting is on.
    package func isOn(_ setting: Setting) -> Bool { text(setting) == "true" }

    /// Reads a setting that has a default and whose rule allows only values that `read` accepts.
    package func read<Value>(_ setting: Setting, as read: (String) -> Value?) -> Value {
        guard let value = text(setting).flatMap(read) else { preconditionFailure("\(setting.name) can't be read") }
        return value
    }

    package func number(_ setting: Setting) -> Int { read(setting) { Int($0) } }

    /// What to ask Zoom before anything is sent.
    package var preflight: PreflightMode { read(.preflight, as: PreflightMode.init(setting:)) }

    package func choice<Value: RawRepresentable<String>>(_ setting: Setting) -> Value {
        read(setting, as: Value.init(rawValue:))
    }

    /// The names of columns that the environment and the file give, by the column.
    package var columnNames: [Column: SettingValue] {
        Dictionary(
            uniqueKeysWithValues: nested(.map).compactMap { name, value in Column(rawValue: name).map { ($0, value) } }
        )
    }

    /// The words for actions that the environment and the file add.
    package var actionWords: ActionWords { Self.words(nested(.words).mapValues(\.text)).words }

    /// The entries below a setting's name, from the environment and the file.
    func nested(_ setting: Setting) -> [String: SettingValue] {
        var values = file?.nested[setting.name] ?? [:]
        if let variable = variables[setting.name] {
            for (name, text) in Self.nested(variable.text, in: setting).values {
                values[name] = SettingValue(text: text, origin: variable.origin)
            }
        }
        return values
    }

    /// Words by what they mean, and the first list that was refused, with the reason.
    static func words(_ lists: [String: String]) -> (words: ActionWords, fault: (list: String, reason: String)?) {
        var words = ActionWords()
        var fault: (String, String)?
        for (meaning, list) in lists.sorted(by: { $0.key < $1.key }) {
            guard let meaning = ActionWords.Meaning(rawValue: meaning), let reason = words.add(list, for: meaning)
            else {
                continue
            }
            fault = fault ?? (list, reason)
        }
        return (words, fault)
    }

    /// `meeting=Sitzung;email=Adresse`, or `approve=genehmigt,aprovado;deny=abgelehnt`.
    private static func nested(_ text: String, in setting: Setting) -> (values: [String: String], fault: String?) {
        var values: [String: String] = [:]
        let example =
            setting.rule == .columns ? "meeting=Sitzung;email=Adresse" : "approve=genehmigt,aprovado;deny=abgelehnt"
        for part in text.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, setting.rule.names?.contains(pair[0].lowercased()) == true else {
                return ([:], "\"\(part.excerpt(60))\" is not allowed. Write it like \(example).")
            }
            values[pair[0].lowercased()] = pair[1]
        }
        if setting.rule == .words, let (list, reason) = words(values).fault {
            return ([:], "\"\(list.excerpt(60))\" \(reason)")
        }
        return (values, nil)
    }

    // MARK: Profiles

    /// The profile of rows that name no account: the chosen one, or the only one.
    package var chosenProfile: Profile? {
        guard let chosen = value(.profile) else { return profiles.count == 1 ? profiles[0] : nil }
        return profile(named: chosen.text)
    }

    /// The profile with a name, regardless of case.
    package func profile(named name: String) -> Profile? {
        profiles.first { $0.name.lowercased() == name.lowercased() }
    }

    /// The message for a name that no profile has.
    package func unknownProfile(_ name: String) -> String {
        if profiles.isEmpty {
            return
                "There is no profile \"\(name.excerpt(60))\": none is configured (see `man usher-settings-and-accounts`)."
        }
        let nearest = NearestName.to(name, among: profiles.map(\.name)).map { " Is \"\($0)\" meant?" } ?? ""
        return
            "There is no profile \"\(name.excerpt(60))\".\(nearest) There are: \(profiles.map(\.name).joined(separator: ", "))."
    }

    private func faultyProfile() -> ConfigurationError.Fault? {
        guard let chosen = value(.profile), profile(named: chosen.text) == nil else { return nil }
        return .init(chosen.origin.description, unknownProfile(chosen.text))
    }
}

/// A setting's value as written, and where it was set.
package struct SettingValue: Sendable, Hashable {
    package let text: String
    package let origin: Origin
}

package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// The command line.
    case flag(String)
    /// The environment.
    case variable(String)
    /// The configuration file.
    case file(String, line: Int)
    /// Not set anywhere.
    case standard

    /// For people: the exact flag, variable or line.
    package var description: String {
        switch self {
        case .flag(let name): "--\(name)"
        case .variable(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .standard: "default"
        }
    }
}

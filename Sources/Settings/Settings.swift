package import Decisions

/// What was set, and where: the command line counts before the environment, that before the file, and that before the
/// defaults, which the commands know themselves.
package struct Settings: Sendable {
    /// The file; nil where there is none.
    package let file: ConfigurationFile?
    private let variables: [String: String]
    /// Flags that were given, by the setting's name, with their value.
    private var flags: [String: String] = [:]

    /// What is wrong in the file and in the variables. Where there is anything, nothing should be done.
    package private(set) var faults: [ConfigurationError.Fault]
    /// What to say of variables that are named like settings and are none; nil where there are none. They hinder nothing:
    /// orchestrators set such for a service of the name `usher` (`USHER_PORT`, `USHER_SERVICE_HOST`).
    package private(set) var warning: String?

    package init() {
        file = nil
        variables = [:]
        faults = []
    }

    /// Reads a file, if there is one, and takes it together with the variables.
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

    /// Takes a file and the variables together.
    package init(file: ConfigurationFile?, environment: [String: String]) {
        self.file = file
        faults = []
        var variables: [String: String] = [:]
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
                unknown.append("\(Shortened(variable))\(hint ?? "")")
                continue
            }
            if let fault = setting.rule.fault(in: text, isFromFile: false) {
                faults.append(.init(variable, "\"\(Shortened(text))\" \(fault)"))
            } else if setting.rule.names != nil, let fault = Self.nested(text, in: setting).fault {
                faults.append(.init(variable, fault))
            } else {
                variables[setting.name] = text
            }
        }
        self.variables = variables
        if !unknown.isEmpty {
            warning = "There is no setting of this name, so it is ignored: \(unknown.joined(separator: ", "))"
        }
        if let fault = faultyProfile() { faults.append(fault) }
    }

    package var profiles: [Profile] { file?.profiles ?? [] }

    // MARK: The command line

    /// Puts what the variables and the file say before what was typed, so that the command reads all of it as one command
    /// line; and remembers what was typed.
    ///
    /// - Parameters:
    ///   - arguments: What was typed behind the command's name.
    ///   - flags: What the command understands.
    /// - Returns: The arguments to give to the command.
    package mutating func complete(_ arguments: [String], for known: CommandFlags) -> [String] {
        flags = known.given(in: arguments)
        var added: [String] = []
        for setting in Setting.all
        where setting.rule.names == nil && known.has(setting.flag) && flags[setting.name] == nil {
            if setting.yieldsToFiles, known.namesFiles(in: arguments) { continue }
            guard let text = lower(setting)?.text else { continue }
            if setting.rule == .flag {
                if text == "true" {
                    added.append("--\(setting.flag)")
                } else if known.standard(of: setting.flag) == "true" {
                    added.append("--no-\(setting.flag)")
                }
            } else {
                // In one piece, so that a value that begins with a dash stays a value.
                added.append("--\(setting.flag)=\(text)")
            }
        }
        return added + arguments
    }

    // MARK: Values

    /// What a setting was set to, and where; nil where it was not.
    package func value(_ setting: Setting) -> (text: String, origin: Origin)? {
        flags[setting.name].map { ($0, .flag(setting.flag)) } ?? lower(setting)
    }

    /// Whether the command line or the environment says it, itself or as a part of another setting. They count before a
    /// profile.
    package func isOverridden(_ name: String) -> Bool {
        flags[name] != nil || variables[name] != nil || Setting.named(name)?.isPartOf.map(isOverridden) == true
    }

    /// The names of columns that the environment and the file give, by the column.
    package var columnNames: [Column: (name: String, origin: Origin)] {
        Dictionary(
            uniqueKeysWithValues: nested("map").compactMap { name, value in Column(rawValue: name).map { ($0, value) } }
        )
    }

    /// The words for actions that the environment and the file add.
    package var actionWords: ActionWords { Self.words(nested("words").mapValues(\.name)).words }

    /// What the environment and the file say below a setting's name.
    func nested(_ setting: String) -> [String: (name: String, origin: Origin)] {
        var values: [String: (name: String, origin: Origin)] = [:]
        if let file {
            for (name, placed) in file.nested[setting] ?? [:] {
                values[name] = (placed.text, .file(file.path, line: placed.line))
            }
        }
        if let text = variables[setting], let setting = Setting.named(setting) {
            for (name, value) in Self.nested(text, in: setting).values {
                values[name] = (value, .variable(setting.variable))
            }
        }
        return values
    }

    /// Words by what they mean, and the first list that can't be taken, with the reason.
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

    private func lower(_ setting: Setting) -> (text: String, origin: Origin)? {
        if let whole = setting.isPartOf, flags[whole] != nil { return nil }
        if let text = variables[setting.name] { return (text, .variable(setting.variable)) }
        if let whole = setting.isPartOf, variables[whole] != nil { return nil }
        if let file, let placed = file.values[setting.name] {
            return (placed.text, .file(file.path, line: placed.line))
        }
        return nil
    }

    /// `meeting=Sitzung;email=Adresse`, or `approve=genehmigt,aprovado;deny=abgelehnt`.
    private static func nested(_ text: String, in setting: Setting) -> (values: [String: String], fault: String?) {
        var values: [String: String] = [:]
        let example =
            setting.rule == .columns ? "meeting=Sitzung;email=Adresse" : "approve=genehmigt,aprovado;deny=abgelehnt"
        for part in text.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, setting.rule.names?.contains(pair[0].lowercased()) == true else {
                return ([:], "\"\(Shortened(String(part)))\" is not allowed. Write it like \(example).")
            }
            values[pair[0].lowercased()] = pair[1]
        }
        if setting.rule == .words, let (list, reason) = words(values).fault {
            return ([:], "\"\(Shortened(list))\" \(reason)")
        }
        return (values, nil)
    }

    // MARK: Profiles

    /// The profile of rows that name no account: the one that was chosen, or the only one there is.
    package var chosenProfile: Profile? {
        guard let setting = Setting.named("profile"), let (name, _) = value(setting) else {
            return profiles.count == 1 ? profiles[0] : nil
        }
        return profile(named: name)
    }

    /// Where a profile stands.
    package func place(of profile: Profile) -> String { file.map { "\($0.path):\(profile.line)" } ?? "" }

    /// The profile with a name, regardless of case.
    package func profile(named name: String) -> Profile? {
        profiles.first { $0.name.lowercased() == name.lowercased() }
    }

    /// What to say of a name that no profile has.
    package func unknownProfile(_ name: String) -> String {
        if profiles.isEmpty {
            return
                "There is no profile \"\(Shortened(name))\": none is configured (see the README's section \"Settings\")."
        }
        let nearest = NearestName.to(name, among: profiles.map(\.name)).map { " Is \"\($0)\" meant?" } ?? ""
        return
            "There is no profile \"\(Shortened(name))\".\(nearest) There are: \(profiles.map(\.name).joined(separator: ", "))."
    }

    private func faultyProfile() -> ConfigurationError.Fault? {
        guard let setting = Setting.named("profile"), let (name, origin) = lower(setting), profile(named: name) == nil
        else {
            return nil
        }
        return .init(origin.description, unknownProfile(name))
    }
}

/// Where a value comes from.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// The command line.
    case flag(String)
    /// The environment.
    case variable(String)
    /// The configuration file.
    case file(String, line: Int)
    /// Nobody said anything.
    case standard

    /// For people: the very flag, variable or line.
    package var description: String {
        switch self {
        case .flag(let name): "--\(name)"
        case .variable(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .standard: "default"
        }
    }
}

import Decisions
import Files

/// Goes through the names of a configuration file and collects their values and all faults.
struct ConfigurationReader {
    let path: String
    private(set) var values: [String: SettingValue] = [:]
    private(set) var nested: [String: [String: SettingValue]] = [:]
    private(set) var profiles: [Profile] = []
    private(set) var lists: [ConfiguredList] = []
    private(set) var faults: [ConfigurationError.Fault] = []

    /// The name above the profiles.
    static let profilesName = "profiles"
    /// The name above the lists that are left in the inbox to decide.
    static let listsName = "lists"

    init(path: String) {
        self.path = path
    }

    mutating func read(_ text: ConfigurationText) {
        var drafts: [ProfileDraft] = []
        var listDrafts: [ListDraft] = []
        for entry in text.entries {
            guard !refusesSecret(entry) else { continue }
            let names = entry.path
            if names[0] == Self.profilesName {
                readProfile(entry, into: &drafts)
            } else if names[0] == Self.listsName {
                readList(entry, into: &listDrafts)
            } else if let setting = Setting.named(names[0]), let known = setting.rule.names {
                readNested(entry, of: setting, among: known)
            } else if names.count > 1 {
                // The name above it was refused as a whole, or reported as needing a value.
                continue
            } else if let setting = Setting.named(names[0]) {
                if let value = value(of: entry, setting.rule) { values[setting.name] = value }
            } else {
                refuseName(entry, among: Setting.all.map(\.name) + [Self.profilesName, Self.listsName])
            }
        }
        profiles = drafts.compactMap { $0.profile(&faults) }
        refuseDoubleNames("profile", profiles.map { ($0.name, $0.line) })
        let known = drafts.map(\.name)
        lists = listDrafts.compactMap { $0.list(profiles: known, &faults) }
        refuseDoubleNames("list", lists.map { ($0.name, $0.line) })
    }

    // MARK: Parts

    private mutating func readNested(_ entry: ConfigurationText.Entry, of setting: Setting, among known: [String]) {
        guard entry.path.count > 1 else {
            if entry.value != nil {
                refuse(entry, "\"\(setting.name)\" has a value. Write \(setting.rule.allowed), indented below it.")
            }
            return
        }
        guard entry.path.count == 2, known.contains(entry.path[1]) else { return refuseName(entry, among: known) }
        let rule = ValueRule.text(setting.rule == .columns ? "the name of a column" : "words with commas between them")
        guard let value = value(of: entry, rule) else { return }
        var all = nested[setting.name, default: [:]]
        all[entry.path[1]] = value
        nested[setting.name] = all
        if setting.rule == .words, let (list, reason) = Settings.words(all.mapValues(\.text)).fault, list == value.text
        {
            refuse(entry, "\(entry.name): \"\(list.excerpt(60))\" \(reason)")
        }
    }

    private mutating func readProfile(_ entry: ConfigurationText.Entry, into drafts: inout [ProfileDraft]) {
        let names = entry.path
        switch names.count {
        case 1:
            if entry.value != nil {
                refuse(entry, "\"profiles\" has a value. Write the profiles' names, indented below it.")
            }
        case 2:
            guard entry.value == nil else {
                return refuse(entry, "the profile \"\(names[1])\" has a value. Write its settings, indented below it.")
            }
            guard Profile.isName(names[1]) else {
                return refuse(entry, "\"\(names[1])\" is not a valid profile name. \(Profile.nameRule)")
            }
            drafts.append(ProfileDraft(name: names[1], line: entry.line))
        default:
            guard let index = drafts.firstIndex(where: { $0.name == names[1] }) else { return }
            let known = ProfileDraft.rules
            let name = names[2...].joined(separator: ".")
            if name == ProfileDraft.credentials {
                if entry.value != nil {
                    refuse(
                        entry,
                        "\"credentials\" has a value. Write \"directory: …\" or \"environment: …\", indented below it."
                    )
                }
            } else if let rule = known[name] {
                if let value = value(of: entry, rule) { drafts[index].values[name] = value }
            } else {
                refuseName(entry, among: known.keys.map { String($0.split(separator: ".").last ?? "") })
            }
        }
    }

    private mutating func readList(_ entry: ConfigurationText.Entry, into drafts: inout [ListDraft]) {
        let names = entry.path
        switch names.count {
        case 1:
            if entry.value != nil {
                refuse(entry, "\"lists\" has a value. Write the lists' names, indented below it.")
            }
        case 2:
            guard entry.value == nil else {
                return refuse(entry, "the list \"\(names[1])\" has a value. Write \"meetings: …\", indented below it.")
            }
            guard Profile.isName(names[1]) else {
                return refuse(entry, "\"\(names[1])\" is not a valid name for a list. \(Profile.nameRule)")
            }
            drafts.append(ListDraft(name: names[1], place: "\(path):\(entry.line)", line: entry.line))
        default:
            guard let index = drafts.firstIndex(where: { $0.name == names[1] }) else { return }
            guard names.count == 3, let rule = ListDraft.rules[names[2]] else {
                // What is below a refused name was reported with it.
                return names.count == 3 ? refuseName(entry, among: ListDraft.rules.keys) : ()
            }
            drafts[index].values[names[2]] = value(of: entry, rule)
            drafts[index].isFaulty = drafts[index].isFaulty || drafts[index].values[names[2]] == nil
        }
    }

    /// Cells of a spreadsheet name profiles regardless of case, and so do many programs that share files: names must
    /// differ in more than case.
    private mutating func refuseDoubleNames(_ what: String, _ named: [(name: String, line: Int)]) {
        for (index, one) in named.enumerated() {
            guard let twin = named[..<index].first(where: { $0.name.lowercased() == one.name.lowercased() }) else {
                continue
            }
            faults.append(
                .init(
                    "\(path):\(one.line)",
                    "the \(what) \"\(one.name)\" has the name of \"\(twin.name)\". Rename one."
                )
            )
        }
    }

    // MARK: Values

    private mutating func value(of entry: ConfigurationText.Entry, _ rule: ValueRule) -> SettingValue? {
        guard let text = entry.value else {
            refuse(entry, "\"\(entry.name)\" has other names below it. Write \(rule.allowed) beside it.")
            return nil
        }
        if let fault = rule.fault(in: text, isFromFile: true) {
            // A proxy's may hold a password.
            let shown = rule == .proxy ? "this" : "\"\(text.excerpt(60))\""
            refuse(entry, "\(entry.name): \(shown) \(fault)")
            return nil
        }
        return SettingValue(text: text, origin: .file(path, line: entry.line))
    }

    /// Secrets would not stay secret in a file that is backed up, mailed and shown to helpers.
    private mutating func refusesSecret(_ entry: ConfigurationText.Entry) -> Bool {
        let name = (entry.path.last ?? "").lowercased()
        guard ["secret", "token", "password", "passwd", "client_id", "api_key"].contains(where: name.contains) else {
            return false
        }
        refuse(
            entry,
            """
            "\(entry.name)" does not belong in this file: it holds no secrets. Take it out, make a new secret if others may have \
            read it, and name under "credentials" the directory or the variables where the secrets are.
            """
        )
        return true
    }

    private mutating func refuseName(_ entry: ConfigurationText.Entry, among names: some Collection<String>) {
        let written = entry.path.last ?? ""
        let hint =
            NearestName.to(written, among: names).map { "Is \"\($0)\" meant?" }
            ?? "There are: \(names.sorted().joined(separator: ", "))."
        refuse(entry, "\"\(entry.name)\" is not a setting. \(hint)")
    }

    private mutating func refuse(_ entry: ConfigurationText.Entry, _ sentence: String) {
        faults.append(.init("\(path):\(entry.line)", sentence))
    }
}

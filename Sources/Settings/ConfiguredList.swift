package import Decisions
import Files

/// A list of the configuration file: meetings and webinars, and hosts with all of theirs, whose pending registrations
/// an unattended run leaves in the inbox to decide, as `to-decide/NAME.csv`.
package struct ConfiguredList: Sendable, Hashable {
    /// The file's name without its extension.
    package let name: String
    /// The line of the configuration file on which it begins.
    package let line: Int
    /// The profile of the account; nil for that of rows that name no account.
    package let profile: String?
    /// The numbers of meetings and webinars, each once, in the order of the file.
    package let meetings: [MeetingID]
    package let webinars: [MeetingID]
    /// The email addresses of hosts, whose upcoming meetings and webinars are listed.
    package let hosts: [String]

    /// What it was given, as `usher config show` shows it.
    var shown: [(name: String, value: String)] {
        [
            ("meetings", meetings.map(\.description).joined(separator: ", ")),
            ("webinars", webinars.map(\.description).joined(separator: ", ")),
            ("hosts", hosts.joined(separator: ", ")), ("profile", profile ?? ""),
        ].filter { !$0.1.isEmpty }
    }

    /// The meetings and webinars, which belong to an account.
    package func targets(of account: String?) -> [Target] {
        meetings.map { Target(account: account, kind: .meeting, id: $0) }
            + webinars.map { Target(account: account, kind: .webinar, id: $0) }
    }
}

/// A list while its lines are being read.
struct ListDraft {
    let name: String
    /// Where in the file it begins.
    let place: String
    let line: Int
    var values: [String: SettingValue] = [:]
    /// Whether a line below it was refused.
    var isFaulty = false

    /// The names allowed below a list's name.
    static let rules: [String: ValueRule] = [
        "meetings": .text("numbers of meetings, with commas between them"),
        "webinars": .text("numbers of webinars, with commas between them"),
        "hosts": .text("email addresses of hosts, with commas between them"),
        "profile": .text("the name of a profile"),
    ]

    /// The list, if its lines are consistent.
    ///
    /// - Parameter profiles: The names of all profiles.
    func list(profiles: [String], _ faults: inout [ConfigurationError.Fault]) -> ConfiguredList? {
        guard !isFaulty else { return nil }
        let count = faults.count
        let meetings = numbers("meetings", of: .meeting, &faults)
        let webinars = numbers("webinars", of: .webinar, &faults)
        let hosts = hosts(&faults)
        var profile: String?
        if let named = values["profile"] {
            profile = profiles.first { $0.lowercased() == named.text.lowercased() }
            if profile == nil {
                let nearest = NearestName.to(named.text, among: profiles).map { "Is \"\($0)\" meant?" }
                let hint =
                    nearest
                    ?? (profiles.isEmpty ? "None is configured." : "There are: \(profiles.joined(separator: ", ")).")
                faults.append(
                    .init(
                        named.origin.description,
                        "lists.\(name).profile: there is no profile \"\(named.text.excerpt(60))\". \(hint)"
                    )
                )
            }
        }
        if values["meetings"] == nil, values["webinars"] == nil, values["hosts"] == nil {
            faults.append(
                .init(
                    place,
                    "the list \"\(name)\" names nothing to list. Write \"meetings: …\", \"webinars: …\" or \"hosts: …\" below it."
                )
            )
        }
        guard faults.count == count else { return nil }
        return ConfiguredList(
            name: name,
            line: line,
            profile: profile,
            meetings: meetings,
            webinars: webinars,
            hosts: hosts
        )
    }

    private func hosts(_ faults: inout [ConfigurationError.Fault]) -> [String] {
        guard let value = values["hosts"] else { return [] }
        var hosts: [String] = []
        for part in value.text.split(separator: ",", omittingEmptySubsequences: false) {
            let text = String(part.trimmed)
            if !text.isEmailAddress {
                let shown =
                    text.isEmpty
                    ? "an address is empty. Remove a comma." : "\"\(text.excerpt(60))\" is not an email address."
                faults.append(.init(value.origin.description, "lists.\(name).hosts: \(shown)"))
            } else if !hosts.contains(where: { $0.lowercased() == text.lowercased() }) {
                hosts.append(text)
            }
        }
        return hosts
    }

    private func numbers(
        _ key: String,
        of kind: Target.Kind,
        _ faults: inout [ConfigurationError.Fault]
    ) -> [MeetingID] {
        guard let value = values[key] else { return [] }
        var numbers: [MeetingID] = []
        func refuse(_ fault: String) {
            faults.append(.init(value.origin.description, "lists.\(name).\(key): \(fault)"))
        }
        for part in value.text.split(separator: ",", omittingEmptySubsequences: false) {
            let text = String(part.trimmed)
            switch text.isEmpty ? nil : MeetingID.reading(text, of: kind) {
            case nil: refuse("a number is empty. Remove a comma.")
            case .success(let id)?: if !numbers.contains(id) { numbers.append(id) }
            case .failure(let problem)?: refuse("\"\(text.excerpt(60))\" \(problem.advice)")
            }
        }
        return numbers
    }
}

import Files

/// One Zoom account: its rate, its address, and where its secrets are.
package struct Profile: Sendable, Hashable {
    /// Its name in spreadsheets and for `--profile`.
    package let name: String
    /// Zoom's id of the account, if it is not among the secrets.
    package let accountID: String?
    /// The settings that it overrides, by name; their values follow `Setting.all`.
    package let settings: [String: String]
    package let credentials: CredentialLocation
    /// The line of the file on which it begins.
    package let line: Int

    /// What a name may be, as a sentence. Names become parts of file names.
    static let nameRule = "Write up to 40 letters (a to z), digits, - and _, beginning with a letter or a digit."

    static func isName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count) && text.first != "-" && text.first != "_"
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}

/// A profile while its lines are being read.
struct ProfileDraft {
    let name: String
    let line: Int
    var values: [String: SettingValue] = [:]

    /// The name above the location of the secrets.
    static let credentials = "credentials"

    /// The names allowed below a profile's name.
    static let rules: [String: ValueRule] = {
        var rules: [String: ValueRule] = [
            "account": .text("Zoom's id of the account"),
            "credentials.directory": .path("a directory"),
            "credentials.environment": .text("how the variables begin, for example EVENTS for EVENTS_CLIENT_ID"),
        ]
        for setting in Setting.all where setting.isPerProfile { rules[setting.name] = setting.rule }
        return rules
    }()

    /// The profile, if its lines are consistent.
    func profile(_ faults: inout [ConfigurationError.Fault]) -> Profile? {
        let directory = values["credentials.directory"]
        let environment = values["credentials.environment"]
        let place: CredentialLocation
        switch (directory, environment) {
        case (_?, let both?):
            faults.append(
                .init(
                    both.origin.description,
                    "the secrets of \"\(name)\" are in a directory or in variables, not in both. Remove one."
                )
            )
            return nil
        case (let directory?, nil): place = .directory(directory.text)
        case (nil, let prefix?):
            let text = prefix.text
            guard text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }),
                text.first?.isNumber == false
            else {
                faults.append(
                    .init(
                        prefix.origin.description,
                        "\"\(text.excerpt(60))\" can't be the beginning of a variable's name. Write it like EVENTS."
                    )
                )
                return nil
            }
            place = .environment(prefix: text.last == "_" ? String(text.dropLast()) : text)
        case (nil, nil): place = .systemd
        }
        return Profile(
            name: name,
            accountID: values["account"]?.text,
            settings: values.mapValues(\.text).filter { Setting.named($0.key) != nil },
            credentials: place,
            line: line
        )
    }
}

/// Where the secrets of a profile are. Never in the configuration file itself.
package enum CredentialLocation: Sendable, Hashable, CustomStringConvertible {
    /// Files NAME.account_id, NAME.client_id and NAME.client_secret, or NAME.access_token, in this directory.
    case directory(String)
    /// The same in the directory that systemd creates for `LoadCredential=`.
    case systemd
    /// Variables PREFIX_ACCOUNT_ID, PREFIX_CLIENT_ID and PREFIX_CLIENT_SECRET, or PREFIX_ACCESS_TOKEN.
    case environment(prefix: String)

    /// The location, in a few words.
    package var description: String {
        switch self {
        case .directory(let path): "files in \(path)"
        case .systemd: "files in $CREDENTIALS_DIRECTORY"
        case .environment(let prefix): "variables \(prefix)_…"
        }
    }
}

import Sending
import Zoom

/// A profile while its lines are read.
struct ProfileDraft {
    let name: String
    let line: Int
    var values: [String: ConfigurationFile.Placed] = [:]

    /// The name under which the place of the secrets stands.
    static let credentials = "credentials"

    /// What may stand below a profile's name.
    static let rules: [String: ValueRule] = {
        var rules: [String: ValueRule] = [
            "account": .text("Zoom's id of the account"),
            "credentials.directory": .path("a directory"),
            "credentials.environment": .text("how the variables begin, for example EVENTS for EVENTS_CLIENT_ID"),
        ]
        for setting in Setting.all where setting.isPerProfile { rules[setting.name] = setting.rule }
        return rules
    }()

    /// The profile, if the lines agree.
    func profile(_ faults: inout [ConfigurationError.Fault], file: String) -> Profile? {
        let directory = values["credentials.directory"]
        let environment = values["credentials.environment"]
        let place: CredentialPlace
        switch (directory, environment) {
        case (_?, let both?):
            faults.append(
                .init(
                    "\(file):\(both.line)",
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
                        "\(file):\(prefix.line)",
                        "\"\(Shortened(text))\" can't be the beginning of a variable's name. Write it like EVENTS."
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
            plan: values["plan"].flatMap { Plan(rawValue: $0.text) },
            rate: values["rate"]?.text,
            cloud: values["cloud"].flatMap { Cloud(rawValue: $0.text) },
            baseURL: values["base_url"].flatMap { try? BaseURL($0.text) },
            tokenURL: values["oauth_url"].flatMap { try? BaseURL($0.text) },
            credentials: place,
            line: line
        )
    }
}

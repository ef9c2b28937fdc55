internal import Zoom

/// Finds the credentials where secrets may lie: in the environment. Never on the command line, where others can read them.
enum CredentialSource {
    /// The credentials of the environment.
    ///
    /// - Throws: `UsherError` naming the variables that are missing.
    static func fromEnvironment() throws -> Credentials {
        if let token = Environment.value("ZOOM_ACCESS_TOKEN") { return .token(Secret(token)) }
        let names = ["ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET"]
        let values = names.map(Environment.value)
        guard let account = values[0], let client = values[1], let secret = values[2] else {
            let missing = names.indices.filter { values[$0] == nil }.map { names[$0] }
            let list =
                missing.count == names.count
                ? "\(names.joined(separator: ", ")) (or ZOOM_ACCESS_TOKEN)" : missing.joined(separator: " and ")
            throw UsherError.configuration(
                """
                No credentials for Zoom: set \(list) in the environment. The values come from your account's Server-to-Server \
                OAuth app in the Zoom App Marketplace. Nothing was sent.
                """
            )
        }
        return .serverToServer(accountID: account, clientID: client, clientSecret: Secret(secret))
    }
}

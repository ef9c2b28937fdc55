import FoundationEssentials
import Settings
import Zoom

/// Finds the credentials of the account without a name where secrets may lie: in the environment, or in the files that systemd
/// hands over. Never on the command line, where others can read them.
enum CredentialSource {
    /// The name with which files for the account without a name begin: `zoom.client_secret`.
    static let fileName = "zoom"

    /// The credentials of the environment, else those of `$CREDENTIALS_DIRECTORY/zoom.…`.
    ///
    /// - Parameter profiles: The profiles that could be chosen instead.
    /// - Throws: `UsherError` naming the variables that are missing, or `ConfigurationError` about the variables or files.
    static func fromEnvironment(profiles: [String] = []) throws -> Credentials {
        let store = SecretStore(environment: ProcessInfo.processInfo.environment)
        if let token = try store.variable("ZOOM_ACCESS_TOKEN") { return .token(Secret(token)) }
        let names = ["ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET"]
        let values = try names.map(store.variable)
        guard let account = values[0], let client = values[1], let secret = values[2] else {
            if values.allSatisfy({ $0 == nil }), let directory = store.systemdDirectory,
                store.hasSystemdFiles(for: fileName)
            {
                return try store.credentials(in: directory, name: fileName)
            }
            let missing = names.indices.filter { values[$0] == nil }.map { names[$0] }
            let list =
                missing.count == names.count
                ? "\(names.joined(separator: ", ")) (or ZOOM_ACCESS_TOKEN)" : missing.joined(separator: " and ")
            throw UsherError.configuration(
                """
                No credentials for Zoom: set \(list) in the environment. The values come from your account's Server-to-Server \
                OAuth app in the Zoom App Marketplace.\(profiles.isEmpty ? "" : " Or choose a profile with --profile: \(profiles.joined(separator: ", ")).") \
                Nothing was sent.
                """
            )
        }
        return .serverToServer(accountID: account, clientID: client, clientSecret: Secret(secret))
    }
}

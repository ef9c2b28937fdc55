/// Where the secrets of a profile lie. Never in the configuration file itself.
package enum CredentialPlace: Sendable, Hashable, CustomStringConvertible {
    /// Files NAME.account_id, NAME.client_id and NAME.client_secret, or NAME.access_token, in this directory.
    case directory(String)
    /// The same in the directory that systemd makes for `LoadCredential=`.
    case systemd
    /// Variables PREFIX_ACCOUNT_ID, PREFIX_CLIENT_ID and PREFIX_CLIENT_SECRET, or PREFIX_ACCESS_TOKEN.
    case environment(prefix: String)

    /// Where, in a few words.
    package var description: String {
        switch self {
        case .directory(let path): "files in \(path)"
        case .systemd: "files in $CREDENTIALS_DIRECTORY"
        case .environment(let prefix): "variables \(prefix)_…"
        }
    }
}

import Files
import Glibc
package import Zoom

/// Reads the secrets of profiles from where the configuration says they are.
package struct SecretStore: Sendable {
    private let environment: [String: String]

    /// The variable in which systemd names the directory of `LoadCredential=`. Source: systemd.exec(5).
    package static let directoryVariable = "CREDENTIALS_DIRECTORY"

    /// Looks in these variables, and in the directory that one of them names.
    package init(environment: [String: String]) {
        self.environment = environment
    }

    /// The directory that systemd made; nil if there is none.
    package var systemdDirectory: String? {
        environment[Self.directoryVariable].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// The credentials of a profile.
    ///
    /// - Throws: `ConfigurationError` with everything that is missing, or readable by others. Holds no secrets.
    package func credentials(of profile: Profile) throws(ConfigurationError) -> Credentials {
        switch profile.credentials {
        case .environment(let prefix):
            return try credentials(
                of: "profile \(profile.name)",
                accountID: profile.accountID,
                place: { "\(prefix)_\($0.rawValue.uppercased())" },
                read: { name throws(ConfigurationError) in try variable(name) }
            )
        case .directory(let directory):
            return try credentials(in: directory, name: profile.name, accountID: profile.accountID)
        case .systemd:
            guard let directory = systemdDirectory else {
                throw ConfigurationError([
                    .init(
                        "profile \(profile.name)",
                        """
                        It does not say where its secrets are, so systemd hands them on, but here it does not \
                        ($\(Self.directoryVariable) is not set). As root, use `usher-nightly` in place of `usher`. For runs of your \
                        own, write "credentials:" below the profile, and below that "directory: …" or "environment: …".
                        """
                    )
                ])
            }
            return try credentials(
                in: directory,
                name: profile.name,
                accountID: profile.accountID,
                ifMissing: """
                    systemd hands on what the unit names. Run `systemctl edit usher.service`, and write below [Service], for each \
                    of the profile's files: \(SecretFile.loadCredential("\(SecretFile.standardDirectory)/\(profile.name).client_secret"))
                    """
            )
        }
    }

    /// The credentials in files of a directory whose names begin with `name` and a dot.
    ///
    /// - Throws: `ConfigurationError`.
    package func credentials(
        in directory: String,
        name: String,
        accountID: String? = nil,
        ifMissing advice: String = SecretStore.origin
    ) throws(ConfigurationError) -> Credentials {
        if let reason = BoundedFile.barrier(directory) {
            let sentence = SecretFile.unreadable(
                reason,
                owner: BoundedFile.directory(directory)?.owner,
                handedOn: hasSystemdFiles(for: name),
                example: "\(directory)/\(name).client_secret"
            )
            throw ConfigurationError([.init(directory, sentence)])
        }
        var faults: [ConfigurationError.Fault] = []
        do { try SecretFile.check(directory: directory) } catch { faults = error.faults }
        let found: Credentials
        do {
            found = try credentials(
                of: "profile \(name)",
                accountID: accountID,
                place: { "\(directory.hasSuffix("/") ? directory : directory + "/")\(name).\($0.rawValue)" },
                read: { path throws(ConfigurationError) in try SecretFile.read(path) },
                ifMissing: advice
            )
        } catch {
            throw ConfigurationError(faults + error.faults)
        }
        guard faults.isEmpty else { throw ConfigurationError(faults) }
        return found
    }

    /// The secret in a variable, without a trailing line end; nil if there is none.
    ///
    /// - Throws: `ConfigurationError` if it is not a single word.
    package func variable(_ name: String) throws(ConfigurationError) -> String? {
        guard let text = environment[name] else { return nil }
        return try SecretFile.text(of: Array(text.utf8), in: name)
    }

    /// Whether systemd's directory holds anything for a name.
    package func hasSystemdFiles(for name: String) -> Bool {
        guard let directory = systemdDirectory else { return false }
        return Part.allCases.contains { BoundedFile.exists("\(directory)/\(name).\($0.rawValue)") }
    }

    /// The text of another file in systemd's directory; nil if there is none.
    package func handedOn(_ name: String) -> String? {
        guard let directory = systemdDirectory, let file = try? BoundedFile("\(directory)/\(name)") else { return nil }
        return String(decoding: file.bytes, as: UTF8.self)
    }

    // MARK: Parts

    /// Where secrets come from in the first place.
    package static let origin =
        "The values come from the account's Server-to-Server OAuth app in the Zoom App Marketplace."

    /// The parts of credentials, by the suffix of their file's or variable's name.
    private enum Part: String, CaseIterable {
        case accountID = "account_id"
        case clientID = "client_id"
        case clientSecret = "client_secret"
        case accessToken = "access_token"
    }

    private func credentials(
        of owner: String,
        accountID: String?,
        place: (Part) -> String,
        read: (String) throws(ConfigurationError) -> String?,
        ifMissing advice: String = SecretStore.origin
    ) throws(ConfigurationError) -> Credentials {
        var found: [Part: String] = [:]
        var faults: [ConfigurationError.Fault] = []
        for part in Part.allCases {
            do { found[part] = try read(place(part)) } catch { faults += error.faults }
        }
        guard faults.isEmpty else { throw ConfigurationError(faults) }
        if let token = found[.accessToken] {
            guard found[.clientSecret] == nil else {
                let both =
                    "Both \(place(.accessToken)) and \(place(.clientSecret)) are there. Remove one, so that it is plain which counts."
                throw ConfigurationError([.init(owner, both)])
            }
            return .token(Secret(token))
        }
        if let written = found[.accountID], let accountID, written != accountID {
            throw ConfigurationError([
                .init(
                    owner,
                    "The account in the configuration file is not the one in \(place(.accountID)). Remove one of the two."
                )
            ])
        }
        guard let account = found[.accountID] ?? accountID, let client = found[.clientID],
            let secret = found[.clientSecret]
        else {
            let needed = [Part.accountID, .clientID, .clientSecret].filter { part in
                found[part] == nil && !(part == .accountID && accountID != nil)
            }
            throw ConfigurationError([
                .init(owner, "No \(needed.map(place).joined(separator: ", no ")) was found. \(advice)")
            ])
        }
        return .serverToServer(accountID: account, clientID: client, clientSecret: Secret(secret))
    }
}

/// One secret in one file, or in one variable.
enum SecretFile {
    /// The text of the file without a trailing line end; nil if there is no such file.
    ///
    /// - Throws: `ConfigurationError` if others may read or change it, or it does not hold a single line.
    static func read(_ path: String) throws(ConfigurationError) -> String? {
        let file: BoundedFile
        do {
            file = try BoundedFile(path)
        } catch {
            switch error {
            case .missing: return nil
            case .unreadable(let reason):
                throw fault(path, unreadable(reason, owner: BoundedFile.owner(of: path), example: path))
            case .tooLarge: throw fault(path, "It is too large for a secret.")
            }
        }
        // systemd makes its copies 0400 or 0440: a group may read, but not others, and only the owner may write.
        guard file.mode & 0o007 == 0 else {
            throw fault(path, "Everybody on this machine may read it or more. Run: chmod o= \(path)")
        }
        guard file.mode & 0o020 == 0 else {
            throw fault(path, "Its group may change it. Run: chmod g-w \(path)")
        }
        guard BoundedFile.isTrusted(file.owner) else {
            throw fault(
                path,
                "It belongs to another user (number \(file.owner)), who may change it. Run as root: chown \(user) \(path)"
            )
        }
        guard let text = try text(of: file.bytes, in: path) else { throw fault(path, "It is empty.") }
        return text
    }

    /// The text without a trailing line end; nil if nothing is left. It goes into a header, which allows no other
    /// characters: a request with one would look as if it had been corrupted on its way.
    ///
    /// - Throws: `ConfigurationError` if it is not a single word.
    static func text(of bytes: [UInt8], in place: String) throws(ConfigurationError) -> String? {
        var bytes = bytes[...]
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw fault(place, "It must hold the secret alone, on one line, without spaces.")
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Checks that others can't replace the files of a directory.
    ///
    /// - Throws: `ConfigurationError`.
    static func check(directory path: String) throws(ConfigurationError) {
        // If the directory is missing, each file is reported as missing.
        guard let (owner, mode) = BoundedFile.directory(path) else { return }
        guard mode & 0o022 == 0 else {
            throw fault(path, "Others may exchange the secrets in this directory. Run: chmod go-w \(path)")
        }
        guard BoundedFile.isTrusted(owner) else {
            throw fault(
                path,
                """
                This directory belongs to another user (number \(owner)), who may exchange the secrets in it. Run as root: \
                chown \(user) \(path)
                """
            )
        }
    }

    // MARK: Secrets of somebody else

    /// Where the nightly run's secrets are, which root alone may read.
    static let standardDirectory = "/etc/usher/credentials"

    /// The line of a unit with which systemd hands a file of root's on to the run.
    static func loadCredential(_ path: String) -> String { "LoadCredential=\(Directory.name(of: path)):\(path)" }

    /// What to say of secrets that this user may not read. Those of root are not to be given away: systemd hands them on.
    ///
    /// - Parameters:
    ///   - owner: Whose they are; nil if that can't be told.
    ///   - handedOn: Whether systemd hands on those of the same profile already.
    ///   - example: One of the files.
    static func unreadable(
        _ reason: String,
        owner: UInt32?,
        user: UInt32 = geteuid(),
        handedOn: Bool = false,
        example path: String
    ) -> String {
        guard owner == 0, user != 0 else {
            return "It can't be read (\(reason)). The user who runs Usher must be allowed to read it; see `ls -ld`."
        }
        let advice =
            handedOn
            ? "systemd hands this profile's secrets on already, so take \"credentials:\" out of the profile."
            : """
            For the nightly run, take "credentials:" out of the profile, run `systemctl edit usher.service`, and write below \
            [Service] for each file: \(loadCredential(path)). For runs of your own, name a directory of your own.
            """
        return "It is root's, and this user may not read it (\(reason)). Leave it so: don't change its owner. \(advice)"
    }

    private static var user: String { String(geteuid()) }

    private static func fault(_ path: String, _ sentence: String) -> ConfigurationError {
        ConfigurationError([.init(path, sentence)])
    }
}

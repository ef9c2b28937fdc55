internal import Files
internal import Glibc
internal import Settings

/// The configuration file and the variables.
enum SettingsCheck {
    static func diagnoses(_ settings: Settings) -> [Diagnosis] {
        var diagnoses = settings.faults.map { fault in
            Diagnosis.problem("settings", fault.description, nil, .configuration)
        }
        if let warning = settings.warning {
            diagnoses.append(
                .warning("variables", warning, "Unset it, or correct its name; `usher config show` lists all settings.")
            )
        }
        guard let file = settings.file else {
            if settings.faults.isEmpty {
                diagnoses.append(
                    .ok("settings", "There is no configuration file; flags, variables and defaults count.")
                )
            }
            return diagnoses
        }
        let isRight = settings.faults.isEmpty && !file.isWritableByOthers
        if file.isWritableByOthers {
            diagnoses.append(
                .problem(
                    "settings",
                    "\(file.path) may be changed by everybody on this machine.",
                    "Run: chmod o-w \(file.path)",
                    .configuration
                )
            )
        }
        if isRight {
            let profiles = settings.profiles.map(\.name).joined(separator: ", ")
            diagnoses.append(
                .ok("settings", "Nothing is wrong in \(file.path)\(profiles.isEmpty ? "" : "; profiles: \(profiles)").")
            )
        }
        return diagnoses + settings.profiles.compactMap(directory)
    }

    /// Whoever may write into the directory of the secrets can exchange them.
    private static func directory(of profile: Profile) -> Diagnosis? {
        guard case .directory(let path) = profile.credentials else { return nil }
        let check = "profile \(profile.name): directory"
        var status = stat()
        guard stat(path, &status) == 0 else {
            return .problem(
                check,
                "\(path) can't be looked into (\(SystemError())).",
                "Make it, or name another.",
                .configuration
            )
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return .problem(
                check,
                "\(path) is not a directory.",
                "Name the directory that holds the secrets' files.",
                .configuration
            )
        }
        guard status.st_mode & 0o022 == 0 else {
            return .problem(
                check,
                "Others may exchange the secrets in \(path).",
                "Run: chmod go-w \(path)",
                .configuration
            )
        }
        return nil
    }
}

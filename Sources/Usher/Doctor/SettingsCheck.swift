import Files
import Glibc
import Settings

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
        if settings.faults.isEmpty {
            let profiles = settings.profiles.map(\.name).joined(separator: ", ")
            diagnoses.append(
                .ok("settings", "Nothing is wrong in \(file.path)\(profiles.isEmpty ? "" : "; profiles: \(profiles)").")
            )
        }
        return diagnoses + settings.profiles.compactMap(directory)
    }

    /// Whether there is a directory for the secrets. Who may exchange them is asked where they are read.
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
        return nil
    }
}

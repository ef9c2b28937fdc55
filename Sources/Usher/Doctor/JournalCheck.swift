import Files
import Glibc
import Journal
import Reporting
import Settings

/// The journal, its directory and its disk.
struct JournalCheck {
    let path: String

    /// In bytes; with less, a run may not end well: 10 million rows take about this much.
    private static let wanted: UInt64 = 1 << 30
    /// In bytes; with less, not even a small run succeeds.
    private static let needed: UInt64 = 32 << 20

    func diagnoses() -> [Diagnosis] {
        let directory = self.directory
        guard access(directory, F_OK) == 0 else {
            return [missingDirectory(directory)]
        }
        var diagnoses = [journal()]
        diagnoses.append(locks(in: directory))
        diagnoses.append(space(in: directory))
        return diagnoses
    }

    private var directory: String { Directory.parent(of: path) }

    /// A run creates missing directories if the nearest existing one permits it.
    private func missingDirectory(_ directory: String) -> Diagnosis {
        var parent = directory
        while access(parent, F_OK) != 0, parent.contains("/") { parent = Directory.parent(of: parent) }
        if access(parent, F_OK) != 0 { parent = "." }
        guard access(parent, W_OK | X_OK) == 0 else {
            return .problem(
                "journal",
                "There is no \(directory), and this user may not make it (\(SystemError())).",
                "Make it for the user who runs Usher, or name another place with --journal.",
                .storage
            )
        }
        return .ok("journal", "There is none at \(path) yet; the first run makes it.")
    }

    private func journal() -> Diagnosis {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard access(directory, W_OK | X_OK) == 0 else {
                return .problem(
                    "journal",
                    "This user may not write into \(directory) (\(SystemError())).",
                    "Let the user who runs Usher own it, or name another place with --journal.",
                    .storage
                )
            }
            return .ok("journal", "There is none at \(path) yet; the first run makes it.")
        }
        do {
            let reader = try JournalReader(path: path)
            let faults = try reader.check()
            guard faults.isEmpty else {
                return .problem(
                    "journal",
                    "\(path): \(faults.prefix(5).joined(separator: "; "))\(faults.count > 5 ? "; and \(faults.count - 5) more" : "").",
                    "Run nothing. Keep the file, and put the last backup in its place.",
                    .storage
                )
            }
            guard access(path, R_OK | W_OK) == 0, access(directory, W_OK | X_OK) == 0 else {
                return .problem(
                    "journal",
                    "\(path) is whole, but this user may not write to it.",
                    "Run Usher as the user who owns it.",
                    .storage
                )
            }
            guard status.st_mode & 0o077 == 0 else {
                return .warning("journal", "\(path) holds addresses, and others may read it.", "Run: chmod 600 \(path)")
            }
            return .ok(
                "journal",
                "\(path) is whole; every row has exactly one outcome (\(Phrases.count(try reader.jobs().count, "job")))."
            )
        } catch {
            return .problem("journal", "\(error)", nil, .storage)
        }
    }

    /// Two open files must not both get the lock. On a file system that allows it, two runs could send at once.
    private func locks(in directory: String) -> Diagnosis {
        let probe = "\(directory)/.usher-doctor-\(getpid())"
        let first = open(probe, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard first >= 0 else {
            return .problem(
                "locks",
                "They could not be tried: no file can be made in \(directory) (\(SystemError())).",
                "Run this as the user who runs Usher, or name another place with --journal.",
                .storage
            )
        }
        let second = open(probe, O_RDWR | O_CLOEXEC)
        defer {
            unlink(probe)
            close(first)
            if second >= 0 { close(second) }
        }
        guard second >= 0, FileLock.take(first) == 0, [EAGAIN, EACCES].contains(FileLock.take(second)) else {
            return .problem(
                "locks",
                "The file system of \(directory) does not keep two runs apart.",
                "Put the journal on a local disk with --journal.",
                .storage
            )
        }
        return .ok("locks", "The file system of \(directory) keeps two runs apart.")
    }

    private func space(in directory: String) -> Diagnosis {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else {
            return .warning(
                "disk",
                "How much is free can't be told (\(SystemError())).",
                "Look with df."
            )
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let text = "\(free >> 20) MiB are free in \(directory)."
        if free < Self.needed {
            return .problem("disk", text, "Make room: a journal that can't be written stops the run.", .storage)
        }
        if free < Self.wanted { return .warning("disk", text, "Make room before the next large spreadsheet.") }
        return .ok("disk", text)
    }
}

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

    /// Whether the directory for the secrets exists. Its permissions are checked when they are read.
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

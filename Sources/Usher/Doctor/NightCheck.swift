import Files
import Glibc
import Reporting
import Settings
import Spreadsheet

/// What a run needs besides the journal and Zoom: the inbox, and where it writes results and figures.
struct NightCheck {
    let settings: Settings

    func diagnoses() -> [Diagnosis] {
        var diagnoses: [Diagnosis] = []
        if let path = settings.text(.inbox) {
            diagnoses += inbox(path)
        } else if !settings.lists.isEmpty {
            diagnoses.append(
                .warning(
                    "lists",
                    "Lists to decide are configured, but no inbox to leave them in.",
                    "Name it in the configuration file: inbox: /var/spool/usher/inbox"
                )
            )
        }
        if let path = settings.text(.results) { diagnoses += Self.writable(path, for: "results").map { [$0] } ?? [] }
        if let path = settings.text(.metricsFile) { diagnoses.append(metrics(path)) }
        do {
            _ = try settings.runRecorder()
        } catch {
            diagnoses.append(.problem("notify", "\(error)", nil, ExitStatus(error) ?? .configuration))
        }
        return diagnoses
    }

    // MARK: The inbox

    private func inbox(_ path: String) -> [Diagnosis] {
        let inbox: Inbox
        let unreadable: [String]
        do {
            inbox = try Inbox(path: path, settleTime: 0)
            unreadable = try inbox.entries().filter { entry in
                entry.kind == .file && SpreadsheetName(entry.name) == .spreadsheet
                    && access("\(inbox.path)/\(entry.name)", R_OK) != 0
            }.map(\.name).sorted()
        } catch {
            let sentence = "\(error)".replacing(" Nothing was sent.", with: "")
            return [.problem("inbox", sentence, nil, ExitStatus(error) ?? .configuration)]
        }
        var diagnoses: [Diagnosis] = []
        var status = stat()
        if stat(inbox.path, &status) == 0, geteuid() != 0, status.st_uid != geteuid() {
            diagnoses += group(of: inbox.path, status)
        }
        if !unreadable.isEmpty {
            let names = unreadable.prefix(3).joined(separator: ", ")
            let more = unreadable.count > 3 ? " and \(unreadable.count - 3) more" : ""
            diagnoses.append(
                .warning(
                    "inbox",
                    "This user may not read \(names)\(more) in \(inbox.path).",
                    "Let the inbox's group read it: chmod g+r"
                )
            )
        }
        if settings.text(.results) == nil {
            let exists = access(inbox.results, F_OK) == 0
            if let fault = Self.writable(exists ? inbox.results : inbox.path, for: "inbox") { diagnoses.append(fault) }
        }
        diagnoses += toDecide(in: inbox)
        return diagnoses.isEmpty
            ? [.ok("inbox", "Spreadsheets are read from \(inbox.path), and results can be written.")] : diagnoses
    }

    /// What keeps lists to decide from being renewed.
    private func toDecide(in inbox: Inbox) -> [Diagnosis] {
        guard access(inbox.toDecide, F_OK) == 0 else {
            guard !settings.lists.isEmpty else { return [] }
            return Self.writable(inbox.path, for: "lists").map { [$0] } ?? []
        }
        var diagnoses: [Diagnosis] = []
        if !settings.lists.isEmpty {
            diagnoses += Self.writable(inbox.toDecide, for: "lists").map { [$0] } ?? []
        }
        let edited = inbox.editedInPlace()
        if !edited.isEmpty {
            diagnoses.append(
                .warning(
                    "lists",
                    "Edited in \(inbox.toDecide), from where nothing is sent: \(edited.joined(separator: ", ")).",
                    "When the column Action is filled in, move the file into \(inbox.path)."
                )
            )
        }
        return diagnoses
    }

    /// Whether staff and this user share the inbox by its group, so that each may read what the other puts there.
    private func group(of path: String, _ status: stat) -> [Diagnosis] {
        var groups = [gid_t](repeating: 0, count: 1_024)
        let count = Int(getgroups(Int32(groups.count), &groups))
        let mine = groups.prefix(max(count, 0)) + [getegid()]
        let own = Self.name(ofGroup: getegid())
        guard mine.contains(status.st_gid) else {
            return [
                .warning(
                    "inbox",
                    """
                    \(path) belongs to the group \(Self.name(ofGroup: status.st_gid)), which this user is not in: what staff \
                    put there may be unreadable, and they may be unable to open the results.
                    """,
                    "As root: chgrp \(own) \(path) && chmod 2770 \(path)"
                )
            ]
        }
        guard status.st_mode & S_ISGID != 0 else {
            return [
                .warning(
                    "inbox",
                    "What staff put into \(path) keeps their own group, so this user may be unable to read it.",
                    "As root: chmod g+s \(path)"
                )
            ]
        }
        return []
    }

    private static func name(ofGroup id: gid_t) -> String {
        getgrgid(id).map { String(cString: $0.pointee.gr_name) } ?? "\(id)"
    }

    // MARK: Where it writes

    private func metrics(_ path: String) -> Diagnosis {
        if let fault = Self.writable(Directory.parent(of: path), for: "metrics") { return fault }
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR else {
            return .problem("metrics", "\(path) is a directory.", "Name a file in it with metrics_file.", .storage)
        }
        return .ok("metrics", "\(path) can be written.")
    }

    /// Why this user can't make files in a directory; nil if it can.
    private static func writable(_ directory: String, for check: String) -> Diagnosis? {
        guard access(directory, W_OK | X_OK) != 0 else { return nil }
        let reason = SystemError()
        let advice =
            switch reason.code {
            case EROFS:
                """
                If this is the nightly run, let it: run `systemctl edit usher.service`, and write below [Service]: \
                ReadWritePaths=\(directory)
                """
            case ENOENT: "Make it for the user who runs Usher, or name another."
            default: "Let the user who runs Usher write there, or name another; see `ls -ld`."
            }
        return .problem(check, "No file can be written in \(directory) (\(reason)).", advice, .storage)
    }
}

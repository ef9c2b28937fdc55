import Files
import Glibc
import Reporting
import Settings

/// The units of the nightly run, as systemd knows them.
struct NightlyUnits {
    /// The properties of each unit.
    private let units: [String: [String: String]]
    /// The files of `LoadCredential=`.
    private let secrets: [String]

    private static let properties = "Id,LoadState,UnitFileState,ActiveState,OnFailure,ExecStart"
    private static let service = "usher.service"
    private static let timer = "usher.timer"
    private static let failure = "usher-failure@usher.service.service"

    /// Reads what systemd printed.
    ///
    /// - Parameters:
    ///   - shown: By `systemctl show`: lines NAME=VALUE, with an empty line between units.
    ///   - cat: By `systemctl cat`: the unit with its drop-ins. `show` can't print `LoadCredential=` before systemd 254.
    init(_ shown: String, cat: String) {
        var units: [String: [String: String]] = [:]
        for block in shown.split(separator: "\n\n") {
            var values: [String: String] = [:]
            for line in block.split(separator: "\n") {
                guard let mark = line.firstIndex(of: "=") else { continue }
                values[String(line[..<mark])] = String(line[line.index(after: mark)...])
            }
            if let id = values["Id"] { units[id] = values }
        }
        self.units = units
        var secrets: [String] = []
        for line in cat.split(separator: "\n") where line.hasPrefix("LoadCredential=") {
            let value = line.dropFirst("LoadCredential=".count)
            // An empty line forgets those before it.
            if value.isEmpty { secrets = [] }
            guard let colon = value.firstIndex(of: ":") else { continue }
            let path = String(value[value.index(after: colon)...])
            if path.hasPrefix("/") { secrets.append(path) }
        }
        self.secrets = secrets
    }

    /// What systemd on this machine says; nil if it can't be asked.
    static func asked() -> NightlyUnits? {
        let shown = output(of: "show --property=\(properties) \(service) \(timer) \(failure)")
        let units = NightlyUnits(shown, cat: output(of: "cat \(service)"))
        return units.units.isEmpty ? nil : units
    }

    /// What `systemctl` prints; nothing if it can't be run.
    ///
    /// - Parameter arguments: Fixed words, since a shell reads them.
    private static func output(of arguments: String) -> String {
        guard let pipe = popen("timeout 10 systemctl \(arguments) 2>/dev/null", "r") else { return "" }
        defer { pclose(pipe) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < 1 << 20, case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Checks

    /// What this machine has, for the checks.
    struct Machine {
        /// The text of failure.conf; nil if it was not handed on.
        var failureSettings: String?
        var isExecutable: (String) -> Bool = { access($0, X_OK) == 0 }
        var hasCurl = ["/usr/bin/curl", "/usr/local/bin/curl", "/bin/curl"].contains { (path: String) in
            access(path, X_OK) == 0
        }
        /// The permission bits of a file; nil if this user may not look at it.
        var mode: (String) -> (mode: UInt32, group: UInt32)? = NightlyUnits.mode
        var isMissing: (String) -> Bool = { access($0, F_OK) != 0 && errno == ENOENT }
    }

    func diagnoses(_ machine: Machine) -> [Diagnosis] {
        [timerDiagnosis(), alertDiagnosis(machine)] + secretDiagnoses(machine)
    }

    static var unanswered: Diagnosis {
        .warning(
            "timer",
            "systemd can't be asked whether the nightly run is scheduled.",
            "Look yourself, as root: systemctl list-timers usher.timer"
        )
    }

    private func value(_ property: String, of unit: String) -> String { units[unit]?[property] ?? "" }

    private func timerDiagnosis() -> Diagnosis {
        let advice = "systemctl enable --now usher.timer"
        guard value("LoadState", of: Self.timer) == "loaded" else {
            return .warning("timer", "There is no usher.timer, so no run begins by itself.", "Install Usher again.")
        }
        guard ["enabled", "enabled-runtime"].contains(value("UnitFileState", of: Self.timer)) else {
            return .warning("timer", "usher.timer is not enabled, so no run begins by itself.", advice)
        }
        guard value("ActiveState", of: Self.timer) == "active" else {
            return .warning("timer", "usher.timer is enabled, but not started: no run begins before a restart.", advice)
        }
        return .ok("timer", "usher.timer is enabled and started.")
    }

    /// Whether somebody is told when a run has failed for good.
    private func alertDiagnosis(_ machine: Machine) -> Diagnosis {
        guard value("OnFailure", of: Self.service).contains("usher-failure@") else {
            return .warning(
                "alert",
                "usher.service starts no usher-failure@.service when it fails (OnFailure=), so nobody is told.",
                "Look at what was changed: systemctl cat usher.service"
            )
        }
        guard let settings = machine.failureSettings,
            Self.isSet("USHER_FAILURE_WEBHOOK", in: settings) || Self.isSet("USHER_FAILURE_MAIL", in: settings)
        else {
            return .warning(
                "alert",
                "/etc/usher/failure.conf names nobody to tell when a run fails for good.",
                "Write a webhook or a mail address there, and try it: systemctl start \(Self.failure)"
            )
        }
        let program = value("ExecStart", of: Self.failure).split(separator: "path=").dropFirst().first
            .map { String($0.prefix { $0 != " " && $0 != ";" }) }
        guard value("LoadState", of: Self.failure) == "loaded", let program, machine.isExecutable(program) else {
            return .problem(
                "alert",
                "Nobody can be told when a run fails: \(program ?? Self.failure) is gone.",
                "Install Usher again.",
                .configuration
            )
        }
        guard machine.hasCurl else {
            return .problem(
                "alert",
                "Nobody can be told when a run fails: curl is missing.",
                "apt install curl",
                .configuration
            )
        }
        return .ok("alert", "Somebody is told when a run fails for good. Try it: systemctl start \(Self.failure)")
    }

    /// Whether a file for `EnvironmentFile=` sets a variable.
    static func isSet(_ name: String, in text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).contains { line in
            let line = line.drop { $0 == " " || $0 == "\t" }
            guard line.hasPrefix("\(name)=") else { return false }
            return line.dropFirst(name.count + 1).contains { !" \t\"'".contains($0) }
        }
    }

    /// The files of `LoadCredential=`: systemd's copies are safe, but the files themselves may not be.
    private func secretDiagnoses(_ machine: Machine) -> [Diagnosis] {
        guard !secrets.isEmpty else { return [] }
        let faults = secrets.compactMap { path -> Diagnosis? in
            if machine.isMissing(path) {
                return .problem(
                    "secrets",
                    "There is no \(path), so no run can begin.",
                    "Put it down as root: install -m 600 /dev/stdin \(path)",
                    .configuration
                )
            }
            // What this user may not look at, others may not either.
            guard let (mode, group) = machine.mode(path), mode & 0o007 != 0 || (mode & 0o070 != 0 && group != 0)
            else { return nil }
            let who = mode & 0o007 != 0 ? "Everybody on this machine" : "A group"
            return .problem(
                "secrets",
                "\(who) may read \(path), or more.",
                "As root: chmod 600 \(path), and chmod 700 \(Directory.parent(of: path)). Make a new secret if others may have read it.",
                .configuration
            )
        }
        return faults.isEmpty ? [.ok("secrets", "Nobody but root may read the unit's files of secrets.")] : faults
    }

    private static func mode(_ path: String) -> (mode: UInt32, group: UInt32)? {
        var status = stat()
        return stat(path, &status) == 0 ? (UInt32(status.st_mode & 0o7777), status.st_gid) : nil
    }
}

import Glibc

/// The process's environment, read where it is needed and passed on as values.
enum Environment {
    /// The value of a variable; nil where it is unset or empty.
    static func value(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
        return value
    }

    /// The state directory of the unit that systemd runs this process for; nil where it does not.
    static var stateDirectory: String? {
        // systemd passes a list where a unit has several; the first is the unit's main one.
        value("STATE_DIRECTORY")?.split(separator: ":").first.map(String.init)
    }

    /// Where the journal lies when nobody says otherwise: systemd's state directory, or the user's.
    static func defaultJournal() -> String? {
        if let stateDirectory { return "\(stateDirectory)/journal.db" }
        if let state = value("XDG_STATE_HOME"), state.hasPrefix("/") { return "\(state)/usher/journal.db" }
        return value("HOME").map { "\($0)/.local/state/usher/journal.db" }
    }
}

package import Journal

/// How `usher` exits, for scripts and systemd. This is the one table that decides it.
///
/// The numbers from 64 on are those of `sysexits.h`.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Everything is done.
    case done = 0
    /// Finished, but some decisions need a person.
    case someRefused = 1
    /// The command line is wrong.
    case usage = 64
    /// A spreadsheet could not be read at all.
    case unreadable = 65
    /// Zoom could not be reached.
    case unreachable = 69
    /// The journal or its disk failed.
    case storage = 74
    case workRemains = 75
    /// Zoom refused the credentials.
    case refused = 77
    /// A setting is missing or wrong.
    case configuration = 78

    /// As stored in the journal.
    var code: Int { Int(rawValue) }

    /// One line for `usher help exit-codes` and `usher explain`.
    package var meaning: String {
        switch self {
        case .done: "All done."
        case .someRefused:
            """
            Finished, but some decisions were rejected or failed, or Zoom's lists showed them otherwise; the results file says \
            which and why. Or a checked list decides nothing.
            """
        case .usage: "The command line is wrong. Nothing was done."
        case .unreadable: "A spreadsheet could not be read at all. Nothing of it was sent."
        case .unreachable: "Zoom could not be reached. Run it again later; it continues."
        case .storage: "The journal, a results file or a temporary file could not be written. What was done is safe."
        case .workRemains: "Work remains (deferred, interrupted, stopped, or another run is active). Run it again."
        case .refused: "Zoom refused the credentials, or a scope is missing. Nothing was failed because of it."
        case .configuration: "A setting is missing or wrong, for example the credentials."
        }
    }

    /// What to do about it, for `usher explain`.
    package var advice: String {
        switch self {
        case .done: "Nothing."
        case .someRefused: "Read `usher report`, correct the rows or their cause, and run the file again."
        case .usage: "Read the message, and `usher help` with the name of the command."
        case .unreadable: "Save the spreadsheet as CSV again, look at it with `usher check`, and run it again."
        case .unreachable: "Check the network and Zoom's status page; then run the same command again."
        case .storage: "Make room on the disk or check its permissions; then run the same command again."
        case .workRemains: "Run the same command again, for deferred rows after the time that `usher status` names."
        case .refused: "Check the Zoom app's credentials and scopes; then run the same command again."
        case .configuration: "Set what the message names; then run the same command again."
        }
    }

    /// If several things went wrong, the one a person must know first.
    package static func worst(of all: some Sequence<ExitStatus>) -> ExitStatus {
        let found = Set(all)
        return urgency.first(where: found.contains) ?? .done
    }

    private static let urgency: [ExitStatus] = [
        .storage, .refused, .configuration, .usage, .unreachable, .unreadable, .workRemains, .someRefused, .done,
    ]

    /// What a job's counts mean.
    package init(_ counts: Counts) {
        if counts.open > 0 {
            self = .workRemains
        } else if counts.needingPerson > 0 {
            self = .someRefused
        } else {
            self = .done
        }
    }
}

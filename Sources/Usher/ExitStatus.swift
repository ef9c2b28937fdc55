import Journal
import Reporting
import Sending
import Settings
import Spreadsheet

/// How `usher` ends, for scripts and systemd. The one table that decides it.
///
/// The numbers from 64 on are those of `sysexits.h`.
enum ExitStatus: Int32, CaseIterable {
    /// Everything is done.
    case done = 0
    /// Finished, and some decisions need a person.
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

    /// One line for `usher help exit-codes` and `usher explain`.
    var meaning: String {
        switch self {
        case .done: "All done."
        case .someRefused:
            """
            Finished, but some decisions were rejected or failed, or Zoom's lists showed them otherwise. The results file says \
            which and why.
            """
        case .usage: "The command line is wrong. Nothing was done."
        case .unreadable: "A spreadsheet could not be read at all. Nothing of it was sent."
        case .unreachable: "Zoom could not be reached. Run it again later; it continues."
        case .storage: "The journal, a results file or a temporary file could not be written. What was done is safe."
        case .workRemains: "Work remains (deferred, interrupted, or another run is active). Run it again."
        case .refused: "Zoom refused the credentials, or a scope is missing. Nothing was failed because of it."
        case .configuration: "A setting is missing or wrong, for example the credentials."
        }
    }

    /// What to do about it, for `usher explain`.
    var advice: String {
        switch self {
        case .done: "Nothing."
        case .someRefused: "Read `usher report`, mend the rows or their cause, and run the file again."
        case .usage: "Read the message, and `usher help` with the name of the command."
        case .unreadable: "Save the spreadsheet as CSV again, look at it with `usher check`, and run it again."
        case .unreachable: "Check the network and Zoom's status page; then run the same command again."
        case .storage: "Make room on the disk or check its permissions; then run the same command again."
        case .workRemains: "Run the same command again, for deferred rows after the time that `usher status` names."
        case .refused: "Check the Zoom app's credentials and scopes; then run the same command again."
        case .configuration: "Set what the message names; then run the same command again."
        }
    }

    /// When several things went wrong, the one a person must know first.
    static func worst(of all: some Sequence<ExitStatus>) -> ExitStatus {
        let found = Set(all)
        return urgency.first(where: found.contains) ?? .done
    }

    private static let urgency: [ExitStatus] = [
        .storage, .refused, .configuration, .usage, .unreachable, .unreadable, .workRemains, .someRefused, .done,
    ]

    /// How a job stands.
    init(_ counts: Counts) {
        if counts.open > 0 {
            self = .workRemains
        } else if counts.needingPerson > 0 {
            self = .someRefused
        } else {
            self = .done
        }
    }

    /// What an error means for whoever called `usher`; nil for those of the argument parser, which knows itself.
    init?(_ error: any Error) {
        switch error {
        case JournalError.locked: self = .workRemains
        case JournalError.noSuchJob, JournalError.missing, JournalError.pruned: self = .usage
        case is JournalError, is FileError: self = .storage
        case let error as SpreadsheetError: self = error.isAboutDisk ? .storage : .unreadable
        case is ConfigurationError: self = .configuration
        case let error as UsherError: self = error.status
        default: return nil
        }
    }
}

extension Ending {
    /// Says why it ended, where there is something to say, and decides the exit code.
    ///
    /// - Parameter name: The account that it is about; nil for the one without a name.
    func say(account name: String? = nil, notice: (String) -> Void) -> ExitStatus {
        let account = name.map { "account \($0): " } ?? ""
        switch self {
        case .done: return .done
        case .workRemains(let reason, let due):
            let when = due.map { "after \(UTCTime($0))" } ?? "later"
            notice("\(account)\(reason.withoutAddresses) Run the same command again \(when).")
            return .workRemains
        case .interrupted:
            Output.complain(
                "\(account)Stopped as asked. What is left stays in the journal; run the same command again to go on."
            )
            return .workRemains
        case .unreachable(let reason), .serverFailing(let reason):
            Output.complain("\(account)\(reason.withoutAddresses) Nothing is lost: run the same command again later.")
            return .unreachable
        case .refused(let disposition):
            Output.complain("\(account)\(disposition.explanation.withoutAddresses)")
            // A server that is not Zoom, or can't prove that it is, says nothing about the credentials.
            return disposition.subject == .server ? .unreachable : .refused
        case .journalFailed(let reason):
            Output.complain(reason)
            return .storage
        }
    }
}

/// A reason of the command line's own to end, with the sentence that the user reads.
struct UsherError: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    /// Something in the settings is missing or wrong.
    static func configuration(_ sentence: String) -> UsherError {
        UsherError(status: .configuration, description: sentence)
    }

    /// Something on the command line is wrong.
    static func usage(_ sentence: String) -> UsherError {
        UsherError(status: .usage, description: sentence)
    }
}

extension String {
    /// The text with each email address replaced: Zoom's own words may name a registrant, and what is logged must not.
    var withoutAddresses: String {
        var text = ""
        var rest = self[...]
        while let at = rest.firstIndex(of: "@") {
            let head = rest[..<at]
            let start = head.lastIndex(where: Self.endsAddress).map(rest.index(after:)) ?? rest.startIndex
            let end = rest[at...].firstIndex(where: Self.endsAddress) ?? rest.endIndex
            text += rest[..<start] + "(address)"
            rest = rest[end...]
        }
        return text + rest
    }

    private static func endsAddress(_ character: Character) -> Bool {
        character.isWhitespace || "\"'<>()[]{},;:".contains(character)
    }
}

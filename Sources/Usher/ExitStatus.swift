import Files
import Journal
import Reporting
import Sending
import Settings
import Spreadsheet

extension ExitStatus {
    /// The exit status of an error; nil for those of the argument parser, which has its own.
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
    /// The exit code that it comes to.
    var status: ExitStatus {
        switch self {
        case .done: .done
        case .workRemains, .tooManyRefused, .interrupted: .workRemains
        case .unreachable, .serverFailing: .unreachable
        // A server that is not Zoom, or can't prove that it is, says nothing about the credentials.
        case .refused(let disposition): disposition.subject == .server ? .unreachable : .refused
        case .journalFailed: .storage
        }
    }

    /// Says why sending ended, if there is something to say, and decides the exit code.
    ///
    /// - Parameter name: The account concerned; nil for the unnamed one.
    func say(account name: String? = nil, notice: (String) -> Void) -> ExitStatus {
        let account = name.map { "account \($0): " } ?? ""
        switch self {
        case .done: break
        case .workRemains(let reason, let due):
            let when = due.map { "after \(UTCTime($0))" } ?? "later"
            notice("\(account)\(reason.withoutAddresses) Run the same command again \(when).")
        case .tooManyRefused(let reason):
            Output.complain(
                """
                \(account)\(reason) The rest is pending and was not sent. See in `usher report` what was refused: is it the right \
                list for the right meeting? If so, `usher resume` goes on.
                """
            )
        case .interrupted:
            Output.complain(
                "\(account)Stopped as asked. What is left stays in the journal; run the same command again to go on."
            )
        case .unreachable(let reason), .serverFailing(let reason):
            Output.complain("\(account)\(reason.withoutAddresses) Nothing is lost: run the same command again later.")
        case .refused(let disposition):
            Output.complain("\(account)\(disposition.explanation.withoutAddresses)")
        case .journalFailed(let reason):
            Output.complain(reason)
        }
        return status
    }
}

/// A command-line error, with the sentence that the user reads.
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

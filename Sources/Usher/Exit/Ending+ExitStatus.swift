import Reporting
import Sending

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
        case .refused(let ruling):
            Output.complain("\(account)\(ruling.explanation.withoutAddresses)")
            // A server that is not Zoom, or can't prove that it is, says nothing about the credentials.
            return ruling.subject == .server ? .unreachable : .refused
        case .journalFailed(let reason):
            Output.complain(reason)
            return .storage
        }
    }
}

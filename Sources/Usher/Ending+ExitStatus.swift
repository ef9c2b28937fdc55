internal import Reporting
internal import Sending

extension Ending {
    /// Says why it ended, where there is something to say, and decides the exit code.
    func say(notice: (String) -> Void) -> ExitStatus {
        switch self {
        case .done: return .done
        case .workRemains(let reason, let due):
            let when = due.map { " It may go on at \(UTCTime($0))." } ?? ""
            notice("\(reason)\(when)")
            return .workRemains
        case .interrupted:
            Output.complain("Stopped as asked. What is left stays in the journal; run the same command again to go on.")
            return .workRemains
        case .unreachable(let reason), .serverFailing(let reason):
            Output.complain("\(reason) Nothing is lost: run the same command again later.")
            return .unreachable
        case .refused(let ruling):
            Output.complain(ruling.explanation)
            // A server that is not Zoom, or can't prove that it is, says nothing about the credentials.
            return ruling.subject == .server ? .unreachable : .refused
        case .journalFailed(let reason):
            Output.complain(reason)
            return .storage
        }
    }
}

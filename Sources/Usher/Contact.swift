internal import Sending
internal import Synchronization
internal import Zoom

/// Remembers of each account whether anything came back at all.
///
/// A list of few batches may end before the run is sure that the server is gone. Then work remains, but who runs it must know
/// that it should be tried again soon, and not only when a deferred row may be sent.
final class Contact: Sendable {
    private struct Account {
        var isAsked = false
        var hasAnswered = false
    }

    private let accounts = Mutex<[String?: Account]>([:])

    /// Notes what came back for a request.
    func note(_ request: AnsweredRequest) {
        accounts.withLock { accounts in
            accounts[request.update.target.account, default: Account()].isAsked = true
            if case .answer = request.reply { accounts[request.update.target.account]?.hasAnswered = true }
        }
    }

    /// Whether requests were made and none was answered.
    func isMissing(_ account: String?) -> Bool {
        accounts.withLock { accounts in accounts[account].map { $0.isAsked && !$0.hasAnswered } ?? false }
    }
}

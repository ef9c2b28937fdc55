/// The one door to Zoom: what the rest of Usher may ask of it.
///
/// Implementations send each call at most once. Retrying, pacing and what an answer means for a job are the caller's.
/// After a 401 the implementation forgets the token it had sent, so that sending again (remedy
/// ``Ruling/Remedy/refreshToken``) uses a new one; the caller need not, and cannot, renew it itself.
package protocol ZoomClient: Sendable {
    /// Sends one request of "Update registrant's status" and returns what came back, whatever it was.
    ///
    /// Returns in bounded time. If the calling task is cancelled, the connection is dropped and the answer is
    /// `.noAnswer` with cause `.cut`.
    func send(_ update: StatusUpdate) async -> Reply

    /// Gets ready what the first request would otherwise wait for.
    ///
    /// Returns why nothing can be sent, if the time for it ran out: a first request would only wait as long again. Whatever
    /// else fails shows when something is sent.
    func prepare() async -> NoAnswer?
}

extension ZoomClient {
    /// Nothing is needed.
    package func prepare() async -> NoAnswer? { nil }
}

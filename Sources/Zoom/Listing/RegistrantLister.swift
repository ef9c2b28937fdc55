/// The second door to Zoom: who is registered, and with what status.
package protocol RegistrantLister: Sendable {
    /// Asks for one page and returns what came back. Sends at most one request, in bounded time.
    func list(_ query: RegistrantQuery) async -> ListReply
}

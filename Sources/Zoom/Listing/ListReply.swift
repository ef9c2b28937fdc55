/// What came back for a listing.
package enum ListReply: Sendable, Hashable {
    /// A page, and the answer that held it.
    case page(RegistrantPage, Answer)
    /// No page: an answer or a failure, about which ``AnswerTable/ruling(for:to:)-(Reply,RegistrantQuery)`` rules.
    case refused(Reply)
}

/// A call of the API, as far as it can be read without judging it.
struct APICall {
    let key: World.MeetingKey
    let fields: [String: String]
    let token: String?
    /// The body of a status update, or why it is refused; nil for a listing.
    let form: Result<StatusForm, StatusForm.Refused>?

    /// The scopes of which it needs one: the granular one, which a refusal names, and the broad one.
    var scopes: [String] {
        let kind = key.kind.rawValue
        return form != nil
            ? ["\(kind):update:registrant_status:admin", "\(kind):write:\(kind):admin"]
            : ["\(kind):read:list_registrants:admin", "\(kind):read:\(kind):admin"]
    }

    /// Writes down what it asks.
    func describe(in line: inout AuditLine) {
        line.kind = key.kind
        line.target = key.id
        line.occurrence = fields["occurrence_id"]
        if case .success(let form) = form {
            line.action = form.action
            line.registrants = form.registrants
        }
    }
}

/// A call of the API, as far as it can be read without judging it.
struct APICall {
    let key: World.MeetingKey
    let fields: [String: String]
    let token: String?
    /// The body of a status update, or why it is refused; nil for a listing.
    let form: Result<StatusForm, StatusForm.Refused>?

    /// The scope that it needs.
    var scope: String {
        "\(key.kind.rawValue):\(form != nil ? "update:registrant_status" : "read:list_registrants"):admin"
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

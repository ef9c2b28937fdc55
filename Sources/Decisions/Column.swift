/// What a column that Usher reads may hold. All other columns are the user's own.
package enum Column: String, Sendable, Hashable, CaseIterable {
    /// A meeting's number.
    case meeting
    /// A webinar's number.
    case webinar
    /// The id of one occurrence of a recurring meeting or webinar.
    case occurrence
    case registrant
    /// The registrant's email address.
    case email
    /// approve, deny or cancel.
    case action
    /// `meeting` or `webinar`, for the number in the meeting column.
    case type
    /// The profile whose account owns the meeting.
    case account

    /// What people and Zoom's own exports call it, in the form of `HeaderName`.
    var names: [String] {
        switch self {
        case .meeting: ["meeting", "meetingid", "meetingnumber", "meetingno", "zoommeeting", "zoommeetingid"]
        case .webinar: ["webinar", "webinarid", "webinarnumber", "webinarno", "zoomwebinar", "zoomwebinarid"]
        case .occurrence: ["occurrence", "occurrenceid", "occurrenceno"]
        case .registrant: ["registrant", "registrantid", "zoomregistrantid", "registrationid"]
        case .email:
            ["email", "emailaddress", "mail", "mailaddress", "registrantemail", "registrantemailaddress", "useremail"]
        case .action: Self.decisionNames + ["approval"]
        case .type: ["meetingtype", "meetingorwebinar"] + Self.looseTypes
        case .account: ["account", "zoomaccount"]
        }
    }

    /// Names of columns that can only hold decisions.
    static let decisionNames = ["action", "decision"]

    /// Names of columns that may hold decisions in one's own list, but that hold what Zoom knew at the time in Zoom's
    /// report or beside a column of decisions. The last one is Zoom's in Portuguese.
    static let statusNames = ["approvalstatus", "registrantstatus", "statusdaaprovação"]

    /// Tickets have a "Type" too: a column with such a name counts only if a cell says meeting or webinar.
    static let looseTypes = ["type", "typ"]

    /// The column for each of those names.
    static let named = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { column in column.names.map { ($0, column) } }
    )

    /// The name to use in messages.
    package var title: String {
        switch self {
        case .meeting: "Meeting ID"
        case .webinar: "Webinar ID"
        case .occurrence: "Occurrence"
        case .registrant: "Registrant ID"
        case .email: "Email"
        case .action: "Action"
        case .type: "Type"
        case .account: "Account"
        }
    }
}

/// What the scopes of a token allow. Source: Zoom's pages of the endpoints, lists "Scopes" and "Granular scopes".
struct Scopes {
    let granted: Set<String>

    /// What Usher may ask for.
    enum Use: CaseIterable {
        case meetings, webinars, meetingLists, webinarLists

        /// The scopes of which one is enough; the first is the one to ask for.
        var sufficient: [String] {
            switch self {
            case .meetings: Self.all("meeting:update:registrant_status", "meeting:write:meeting", "meeting:write")
            case .webinars: Self.all("webinar:update:registrant_status", "webinar:write:webinar", "webinar:write")
            case .meetingLists: Self.all("meeting:read:list_registrants", "meeting:read:meeting", "meeting:read")
            case .webinarLists: Self.all("webinar:read:list_registrants", "webinar:read:webinar", "webinar:read")
            }
        }

        /// What can't be done without.
        var loss: String {
            switch self {
            case .meetings: "decisions about meetings can't be sent"
            case .webinars: "decisions about webinars can't be sent"
            case .meetingLists: "--preflight, --verify and `usher verify` can't read who is registered for meetings"
            case .webinarLists: "--preflight, --verify and `usher verify` can't read who is registered for webinars"
            }
        }

        /// Granular, broad and classic, each for the whole account and for the user alone.
        private static func all(_ names: String...) -> [String] { names.flatMap { ["\($0):admin", $0] } }
    }

    func allow(_ use: Use) -> Bool { use.sufficient.contains(where: granted.contains) }
}

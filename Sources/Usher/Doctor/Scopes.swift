/// What the scopes of a token allow. Source: Zoom's pages of the endpoints, lists "Scopes" and "Granular scopes".
struct Scopes {
    let granted: Set<String>

    /// What Usher may ask for.
    enum Use: CaseIterable {
        case meetings, webinars, meetingLists, webinarLists

        /// The scopes of which one is enough; the first is the one to ask for.
        var sufficient: [String] {
            switch self {
            case .meetings: Self.both("meeting:update:registrant_status", "meeting:write")
            case .webinars: Self.both("webinar:update:registrant_status", "webinar:write")
            case .meetingLists: Self.both("meeting:read:list_registrants", "meeting:read")
            case .webinarLists: Self.both("webinar:read:list_registrants", "webinar:read")
            }
        }

        /// What can't be done without.
        var loss: String {
            switch self {
            case .meetings: "decisions about meetings can't be sent"
            case .webinars: "decisions about webinars can't be sent"
            case .meetingLists: "--preflight and `usher verify` can't read who is registered for meetings"
            case .webinarLists: "--preflight and `usher verify` can't read who is registered for webinars"
            }
        }

        /// Granular and classic, each for the whole account and for the user alone.
        private static func both(_ granular: String, _ classic: String) -> [String] {
            ["\(granular):admin", granular, "\(classic):admin", classic]
        }
    }

    func allow(_ use: Use) -> Bool { use.sufficient.contains(where: granted.contains) }
}

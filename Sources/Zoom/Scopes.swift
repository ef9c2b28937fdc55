package import Decisions

/// What a token's scopes allow. Source: Zoom's pages of the endpoints, lists "Scopes" and "Granular scopes".
package struct Scopes: Sendable, Hashable {
    package let granted: Set<String>

    package init(granted: Set<String>) {
        self.granted = granted
    }

    /// The uses that Usher may need.
    package enum Use: CaseIterable, Sendable {
        case meetings, webinars, meetingLists, webinarLists, meetingRegistrants, webinarRegistrants
        case meetingDetails, webinarDetails
        case hostsMeetings, hostsWebinars

        /// The scopes of which one is enough; the first is the one to request.
        package var sufficient: [String] {
            switch self {
            case .meetings: Self.all("meeting:update:registrant_status", "meeting:write:meeting", "meeting:write")
            case .webinars: Self.all("webinar:update:registrant_status", "webinar:write:webinar", "webinar:write")
            case .meetingLists: Self.all("meeting:read:list_registrants", "meeting:read:meeting", "meeting:read")
            case .webinarLists: Self.all("webinar:read:list_registrants", "webinar:read:webinar", "webinar:read")
            case .meetingRegistrants: Self.all("meeting:read:registrant", "meeting:read:meeting", "meeting:read")
            case .webinarRegistrants: Self.all("webinar:read:registrant", "webinar:read:webinar", "webinar:read")
            case .meetingDetails: Self.all("meeting:read:meeting", "meeting:read")
            case .webinarDetails: Self.all("webinar:read:webinar", "webinar:read")
            case .hostsMeetings: Self.all("meeting:read:list_meetings", "meeting:read")
            case .hostsWebinars: Self.all("webinar:read:list_webinars", "webinar:read")
            }
        }

        /// What is impossible without it.
        package var loss: String {
            switch self {
            case .meetings: "decisions about meetings can't be sent"
            case .webinars: "decisions about webinars can't be sent"
            case .meetingLists:
                "--preflight, --verify and `usher verify` can't read who is registered for meetings, and ids can't be "
                    + "compared with emails in many rows at once"
            case .webinarLists:
                "--preflight, --verify and `usher verify` can't read who is registered for webinars, and ids can't be "
                    + "compared with emails in many rows at once"
            case .meetingRegistrants: "ids and emails of single rows about meetings are compared by reading whole lists"
            case .webinarRegistrants: "ids and emails of single rows about webinars are compared by reading whole lists"
            case .meetingDetails: "`usher list` can't list meetings"
            case .webinarDetails: "`usher list` can't list webinars"
            case .hostsMeetings: "`usher list --host` can't find a host's meetings"
            case .hostsWebinars: "`usher list --host` can't find a host's webinars"
            }
        }

        /// Reading the lists of meetings or webinars.
        package static func lists(_ kind: Target.Kind) -> Use { kind == .meeting ? .meetingLists : .webinarLists }
        /// Reading a single registrant of a meeting or webinar.
        package static func registrants(_ kind: Target.Kind) -> Use {
            kind == .meeting ? .meetingRegistrants : .webinarRegistrants
        }

        /// Reading what a meeting or webinar is called, and its occurrences.
        package static func details(_ kind: Target.Kind) -> Use { kind == .meeting ? .meetingDetails : .webinarDetails }

        /// Reading which meetings or webinars a host has.
        package static func hosts(_ kind: Target.Kind) -> Use { kind == .meeting ? .hostsMeetings : .hostsWebinars }

        /// Granular, broad and classic scopes, each for the whole account and for the user alone.
        private static func all(_ names: String...) -> [String] { names.flatMap { ["\($0):admin", $0] } }
    }

    package func allow(_ use: Use) -> Bool { use.sufficient.contains(where: granted.contains) }
}

import AsyncHTTPClient
package import Decisions
import FoundationEssentials

/// The third way to Zoom: tells what a meeting or webinar is called, of which occurrences it consists, and which ones a
/// host has.
package protocol MeetingReader: Sendable {
    /// Requests one meeting or webinar and returns the result. Sends at most one request, in bounded time.
    func details(of target: Target) async -> DetailsResult

    /// Requests one page of a host's meetings or webinars and returns the result. Sends at most one request, in bounded
    /// time.
    func meetings(of query: HostQuery) async -> HostResult
}

/// What Zoom says of a meeting or webinar: "Get a meeting", "Get a webinar".
package struct MeetingDetails: Sendable, Hashable {
    package let topic: String
    /// When it begins, as Zoom wrote it; empty if Zoom does not say so.
    package let start: String
    /// The occurrences that are not over, in Zoom's order; empty if it is no series.
    package let occurrences: [Occurrence]
    /// Whether people register for single occurrences, and not once for the series.
    package let isRegisteredByOccurrence: Bool
    /// Whether people must register to join; true as well if Zoom does not say so.
    package let hasRegistration: Bool

    package struct Occurrence: Sendable, Hashable {
        package let id: OccurrenceID
        package let start: String

        package init(id: OccurrenceID, start: String) {
            self.id = id
            self.start = start
        }
    }

    package init(
        topic: String,
        start: String = "",
        occurrences: [Occurrence] = [],
        byOccurrence: Bool = false,
        hasRegistration: Bool = true
    ) {
        self.topic = topic
        self.start = start
        self.occurrences = occurrences
        isRegisteredByOccurrence = byOccurrence
        self.hasRegistration = hasRegistration
    }
}

package enum DetailsResult: Sendable, Hashable {
    case details(MeetingDetails, Answer)
    /// An answer or a failure, which ``AnswerTable/disposition(for:to:)-(SendResult,RegistrantQuery)`` interprets.
    case refused(SendResult)
}

/// Asks for a page of "List meetings" or "List webinars": what a host has coming up, with and without registration.
/// A series is in the list once for each of its occurrences; instant meetings are not.
package struct HostQuery: Sendable, Hashable {
    /// The profile whose account the host belongs to.
    package let account: String?
    /// The host's email address.
    package let host: String
    package let kind: Target.Kind
    /// The `next_page_token` of the previous page, valid for 15 minutes; nil for the first.
    package var pageToken: String?

    package init(account: String? = nil, host: String, kind: Target.Kind) {
        self.account = account
        self.host = host
        self.kind = kind
    }

    /// The part after the base URL. Source: "List meetings", "List webinars": parameters `userId` (id or address),
    /// `type`, `page_size` (300 at most).
    var path: String {
        let list = "/users/\(PercentEncoding.encode(host))/\(kind == .meeting ? "meetings" : "webinars")"
        let page = pageToken.map { "&next_page_token=" + PercentEncoding.encode($0) } ?? ""
        return "\(list)?type=upcoming&page_size=300\(page)"
    }
}

package struct HostPage: Sendable, Hashable {
    /// The meetings or webinars, in Zoom's order, each once.
    package let targets: [Target]
    /// The token for the next page; nil if this is the last.
    package let nextPageToken: String?

    package init(targets: [Target], nextPageToken: String? = nil) {
        self.targets = targets
        self.nextPageToken = nextPageToken
    }
}

package enum HostResult: Sendable, Hashable {
    case page(HostPage, Answer)
    /// An answer or a failure, which ``AnswerTable/disposition(for:to:)-(SendResult,HostQuery)`` interprets.
    case refused(SendResult)
}

extension HTTPZoomClient: MeetingReader {
    package func meetings(of query: HostQuery) async -> HostResult {
        do throws(RequestFailure) {
            let request = HTTPClientRequest(url: configuration.baseURL.description + query.path)
            let raw = try await sendWithToken(request, bodyLimit: configuration.limits.pageBytes)
            guard raw.status == 200, raw.isWhole,
                let body = try? JSONDecoder().decode(HostBody.self, from: Data(raw.body)),
                let page = body.page(asked: query)
            else { return .refused(.answer(Answer(raw))) }
            return .page(page, Answer(raw))
        } catch {
            return .refused(.noAnswer(error))
        }
    }

    package func details(of target: Target) async -> DetailsResult {
        do throws(RequestFailure) {
            let path = target.kind == .meeting ? "/meetings/\(target.id)" : "/webinars/\(target.id)"
            let request = HTTPClientRequest(url: configuration.baseURL.description + path)
            let raw = try await sendWithToken(request, bodyLimit: configuration.limits.pageBytes)
            guard raw.status == 200, raw.isWhole,
                let body = try? JSONDecoder().decode(MeetingBody.self, from: Data(raw.body)),
                // An error in the dress of a success has a code and is no meeting.
                body.id?.text == target.id.description, body.code == nil
            else { return .refused(.answer(Answer(raw))) }
            return .details(body.details, Answer(raw))
        } catch {
            return .refused(.noAnswer(error))
        }
    }
}

/// A meeting as Zoom writes it.
private struct MeetingBody: Decodable {
    struct Occurrence: Decodable {
        let occurrence_id: Number
        let start_time: String?
        let status: String?
    }

    struct Settings: Decodable {
        let registration_type: Int?
        let approval_type: Int?
    }

    let id: Number?
    let code: Int?
    let topic: String?
    let start_time: String?
    let occurrences: [Occurrence]?
    let settings: Settings?

    var details: MeetingDetails {
        MeetingDetails(
            topic: topic ?? "",
            start: start_time ?? "",
            occurrences: (occurrences ?? []).compactMap { occurrence in
                guard occurrence.status != "deleted", let id = OccurrenceID(occurrence.occurrence_id.text) else {
                    return nil
                }
                return MeetingDetails.Occurrence(id: id, start: occurrence.start_time ?? "")
            },
            // 1: once for all occurrences, which is also what Zoom does if nothing is set. 2 and 3: for single ones.
            byOccurrence: [2, 3].contains(settings?.registration_type ?? 1),
            // 0: approved at once, 1: by hand, 2: no registration.
            hasRegistration: settings?.approval_type != 2
        )
    }
}

/// A page of a host's meetings or webinars as Zoom writes it.
private struct HostBody: Decodable {
    struct Item: Decodable {
        let id: Number
    }

    let meetings: [Item]?
    let webinars: [Item]?
    let next_page_token: String?
    /// Only an error in the dress of a success has one.
    let code: Int?

    /// Nil if it is no such list.
    func page(asked query: HostQuery) -> HostPage? {
        guard code == nil, let items = query.kind == .meeting ? meetings : webinars else { return nil }
        var seen: Set<Target> = []
        let targets = items.compactMap { item in
            MeetingID(item.id.text).map { Target(account: query.account, kind: query.kind, id: $0) }
        }
        return HostPage(
            targets: targets.filter { seen.insert($0).inserted },
            nextPageToken: next_page_token.flatMap { $0.isEmpty ? nil : $0 }
        )
    }
}

/// A number that Zoom writes with or without quotation marks.
private struct Number: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Int64.self) {
            text = String(number)
        } else {
            text = try value.decode(String.self)
        }
    }
}

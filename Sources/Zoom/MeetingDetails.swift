import AsyncHTTPClient
package import Decisions
import FoundationEssentials

/// The third way to Zoom: tells what a meeting or webinar is called, and of which occurrences it consists.
package protocol MeetingReader: Sendable {
    /// Requests one meeting or webinar and returns the result. Sends at most one request, in bounded time.
    func details(of target: Target) async -> DetailsResult
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

    package struct Occurrence: Sendable, Hashable {
        package let id: OccurrenceID
        package let start: String

        package init(id: OccurrenceID, start: String) {
            self.id = id
            self.start = start
        }
    }

    package init(topic: String, start: String = "", occurrences: [Occurrence] = [], byOccurrence: Bool = false) {
        self.topic = topic
        self.start = start
        self.occurrences = occurrences
        isRegisteredByOccurrence = byOccurrence
    }
}

package enum DetailsResult: Sendable, Hashable {
    case details(MeetingDetails, Answer)
    /// An answer or a failure, which ``AnswerTable/disposition(for:to:)-(SendResult,RegistrantQuery)`` interprets.
    case refused(SendResult)
}

extension HTTPZoomClient: MeetingReader {
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
    }

    /// A number that Zoom writes with or without quotation marks.
    struct Number: Decodable {
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
            byOccurrence: [2, 3].contains(settings?.registration_type ?? 1)
        )
    }
}

import AsyncHTTPClient
package import Decisions
import FoundationEssentials

/// The second way to Zoom: lists who is registered, and with what status.
package protocol RegistrantLister: Sendable {
    /// Requests one page and returns the result. Sends at most one request, in bounded time.
    func list(_ query: RegistrantQuery) async -> ListResult

    /// What the token's scopes allow; nil if that can't be known, so that it has to be tried.
    func scopes() async -> Scopes?
}

extension RegistrantLister {
    package func scopes() async -> Scopes? { nil }
}

/// One page of "List meeting registrants" or "List webinar registrants", or "Get a meeting registrant" or "Get a webinar
/// registrant", whose answer counts as a page with that one registrant.
package struct RegistrantQuery: Sendable, Hashable {
    /// The statuses that Zoom keeps lists of. Registrants who cancelled their own registration are in none of them; a
    /// registration that the host cancelled is listed as denied, or nowhere.
    package enum Status: String, Sendable, Hashable, CaseIterable, Codable {
        /// Waits for a decision.
        case pending
        /// Let in.
        case approved
        /// Turned away.
        case denied
    }

    /// The meeting or webinar, and the occurrence if any.
    package var target: Target
    package var status: Status
    /// Registrants on a page, 1...300. Source: parameter `page_size`.
    package var pageSize: Int
    /// The `next_page_token` of the previous page, valid for 15 minutes; nil for the first.
    package var pageToken: String?
    /// The id of the only registrant to get; then status, page size and page token count for nothing.
    package private(set) var registrant: String?

    package init(target: Target, status: Status, pageSize: Int = 300, pageToken: String? = nil) {
        self.target = target
        self.status = status
        self.pageSize = pageSize
        self.pageToken = pageToken
    }

    /// Asks for one registrant. Nil if the id can't be part of a path as it is: then Zoom never made it.
    package init?(target: Target, registrant id: String) {
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "="):
                true
            default: false
            }
        }
        guard isPlain, !id.isEmpty else { return nil }
        self.init(target: target, status: .pending)
        registrant = id
    }
}

extension RegistrantQuery {
    /// The part after the base URL.
    var path: String {
        if let registrant {
            let occurrence = target.occurrence.map { "?occurrence_id=" + PercentEncoding.encode($0.description) }
            return "\(target.registrantsPath)/\(PercentEncoding.encode(registrant))\(occurrence ?? "")"
        }
        var query = "?status=\(status.rawValue)&page_size=\(min(max(pageSize, 1), 300))"
        if let pageToken { query += "&next_page_token=" + PercentEncoding.encode(pageToken) }
        if let occurrence = target.occurrence {
            query += "&occurrence_id=" + PercentEncoding.encode(occurrence.description)
        }
        return target.registrantsPath + query
    }
}

package struct RegistrantPage: Sendable, Hashable {
    /// The registrants, in Zoom's order.
    package let registrants: [ListedRegistrant]
    /// The token for the next page; nil if this is the last.
    package let nextPageToken: String?
    /// The number of registrants on all pages, if Zoom says it.
    package let total: Int?

    package init(registrants: [ListedRegistrant], nextPageToken: String? = nil, total: Int? = nil) {
        self.registrants = registrants
        self.nextPageToken = nextPageToken
        self.total = total
    }
}

/// A registrant as Zoom lists it.
package struct ListedRegistrant: Sendable, Hashable {
    package let id: String
    package let email: String
    /// The status as Zoom wrote it, usually the requested one.
    package let status: String

    package init(id: String, email: String, status: String) {
        self.id = id
        self.email = email
        self.status = status
    }
}

/// The result of a listing.
package enum ListResult: Sendable, Hashable {
    /// A page, and the answer that held it.
    case page(RegistrantPage, Answer)
    /// No page: an answer or a failure, which ``AnswerTable/disposition(for:to:)-(SendResult,RegistrantQuery)``
    /// interprets.
    case refused(SendResult)
}

extension HTTPZoomClient {
    /// What the scopes of the token allow, if Zoom named them with it.
    package func scopes() async -> Scopes? {
        (try? await token())?.scopes.map(Scopes.init(granted:))
    }

    /// Requests one page of registrants, once, and returns the result.
    package func list(_ query: RegistrantQuery) async -> ListResult {
        do throws(RequestFailure) {
            let request = HTTPClientRequest(url: configuration.baseURL.description + query.path)
            let raw = try await sendWithToken(request, bodyLimit: configuration.limits.pageBytes)
            guard raw.status == 200, raw.isWhole, let page = Self.page(raw.body, asked: query) else {
                return .refused(.answer(Answer(raw)))
            }
            return .page(page, Answer(raw))
        } catch {
            return .refused(.noAnswer(error))
        }
    }

    private static func page(_ body: [UInt8], asked query: RegistrantQuery) -> RegistrantPage? {
        guard let id = query.registrant else {
            return (try? JSONDecoder().decode(Page.self, from: Data(body)))?.page(asked: query.status)
        }
        guard let person = try? JSONDecoder().decode(Page.Person.self, from: Data(body)),
            // Where Zoom names no id, the email at least shows that it is a registrant.
            person.code == nil, person.id == id || person.id == nil && person.email != nil
        else { return nil }
        let registrant = ListedRegistrant(id: id, email: person.email ?? "", status: person.status ?? "")
        return RegistrantPage(registrants: [registrant])
    }

    /// A page as Zoom writes it. A registrant with neither an id nor an email can't be identified, and is left out.
    private struct Page: Decodable {
        let next_page_token: String?
        let total_records: Int?
        let registrants: [Person]

        struct Person: Decodable {
            let id: String?
            let email: String?
            let status: String?
            /// Only an error in the dress of a success has one.
            let code: Int?
        }

        func page(asked status: RegistrantQuery.Status) -> RegistrantPage {
            RegistrantPage(
                registrants: registrants.compactMap { person in
                    guard person.id != nil || person.email != nil else { return nil }
                    return ListedRegistrant(
                        id: person.id ?? "",
                        email: person.email ?? "",
                        status: person.status ?? status.rawValue
                    )
                },
                nextPageToken: next_page_token.flatMap { $0.isEmpty ? nil : $0 },
                total: total_records
            )
        }
    }
}

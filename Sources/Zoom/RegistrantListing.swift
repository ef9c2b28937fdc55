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
    /// What else the registration says.
    package let details: Details

    package init(id: String, email: String, status: String, details: Details = Details()) {
        self.id = id
        self.email = email
        self.status = status
        self.details = details
    }

    /// What helps people to decide. Nothing else in Usher depends on it.
    package struct Details: Sendable, Hashable, Codable {
        package var firstName = ""
        package var lastName = ""
        /// When the registration came in, as Zoom wrote it.
        package var registered = ""
        /// The fields and questions of the registration that were answered.
        package var answers: [Answer] = []

        package init() {}

        package struct Answer: Sendable, Hashable, Codable {
            /// The field's name in Zoom's portal, or the question.
            package let question: String
            package let text: String
            /// Whether it is the host's own question, and not one of Zoom's fields.
            package let isOwn: Bool

            package init(question: String, text: String, isOwn: Bool) {
                self.question = question
                self.text = text
                self.isOwn = isOwn
            }
        }
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
            let details: ListedRegistrant.Details

            private enum CodingKeys: String, CodingKey {
                case id, email, status, code
            }

            init(from decoder: any Decoder) throws {
                let values = try decoder.container(keyedBy: CodingKeys.self)
                id = try values.decodeIfPresent(String.self, forKey: .id)
                email = try values.decodeIfPresent(String.self, forKey: .email)
                status = try values.decodeIfPresent(String.self, forKey: .status)
                code = try values.decodeIfPresent(Int.self, forKey: .code)
                details = ListedRegistrant.Details(decoder)
            }
        }

        func page(asked status: RegistrantQuery.Status) -> RegistrantPage {
            RegistrantPage(
                registrants: registrants.compactMap { person in
                    guard person.id != nil || person.email != nil else { return nil }
                    return ListedRegistrant(
                        id: person.id ?? "",
                        email: person.email ?? "",
                        status: person.status ?? status.rawValue,
                        details: person.details
                    )
                },
                nextPageToken: next_page_token.flatMap { $0.isEmpty ? nil : $0 },
                total: total_records
            )
        }
    }
}

extension ListedRegistrant.Details {
    /// Reads what is there. A field of an unexpected form counts as empty: nobody is decided by it.
    fileprivate init(_ decoder: any Decoder) {
        self.init()
        guard let values = try? decoder.container(keyedBy: Key.self) else { return }
        func text(_ name: String) -> String {
            (try? values.decodeIfPresent(AnyText.self, forKey: Key(stringValue: name)))?.text ?? ""
        }
        firstName = text("first_name")
        lastName = text("last_name")
        registered = text("create_time")
        answers = Self.fields.compactMap { name, title in
            let text = text(name)
            return text.isEmpty ? nil : Answer(question: title, text: text, isOwn: false)
        }
        let own = try? values.decodeIfPresent([Question].self, forKey: Key(stringValue: "custom_questions"))
        for question in own ?? [] {
            guard let title = question.title, let value = question.value?.text, !title.isEmpty, !value.isEmpty else {
                continue
            }
            answers.append(Answer(question: title, text: value, isOwn: true))
        }
    }

    private struct Question: Decodable {
        let title: String?
        let value: AnyText?
    }

    /// Text, or several.
    private struct AnyText: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let several = try? value.decode([String].self) {
                text = several.joined(separator: "; ")
            } else {
                text = try value.decode(String.self)
            }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Zoom's own fields, and their names in the portal. Source: "List meeting registrants", response.
    private static let fields = [
        ("address", "Address"), ("city", "City"), ("state", "State/Province"), ("zip", "Zip/Postal Code"),
        ("country", "Country/Region"), ("phone", "Phone"), ("industry", "Industry"), ("org", "Organization"),
        ("job_title", "Job Title"), ("purchasing_time_frame", "Purchasing Time Frame"),
        ("role_in_purchase_process", "Role in Purchase Process"), ("no_of_employees", "Number of Employees"),
        ("comments", "Questions & Comments"),
    ]
}

import AsyncHTTPClient
import FoundationEssentials

extension HTTPZoomClient {
    /// Asks for one page of registrants, once, and returns what came back.
    package func list(_ query: RegistrantQuery) async -> ListReply {
        do throws(NoAnswer) {
            let request = HTTPClientRequest(url: configuration.baseURL.description + query.path)
            let raw = try await sendWithToken(request, bodyLimit: configuration.limits.pageBytes)
            guard raw.status == 200, raw.isWhole,
                let page = try? JSONDecoder().decode(Page.self, from: Data(raw.body))
            else {
                return .refused(.answer(Answer(raw)))
            }
            return .page(page.page(asked: query.status), Answer(raw))
        } catch {
            return .refused(.noAnswer(error))
        }
    }

    /// A page as Zoom writes it. A registrant without an id or an email can't be anyone's, and is left out.
    private struct Page: Decodable {
        let next_page_token: String?
        let total_records: Int?
        let registrants: [Person]

        struct Person: Decodable {
            let id: String?
            let email: String?
            let status: String?
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

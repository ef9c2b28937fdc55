import Decisions

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Target {
    /// `/meetings/{id}/registrants` or its twin for webinars.
    var registrantsPath: String {
        switch kind {
        case .meeting: "/meetings/\(id)/registrants"
        case .webinar: "/webinars/\(id)/registrants"
        }
    }
}

extension StatusUpdate {
    /// What follows the base URL: the path, and the occurrence if one is meant.
    var path: String {
        let occurrence = target.occurrence.map { "?occurrence_id=" + PercentEncoding.encode($0.description) }
        return "\(target.registrantsPath)/status\(occurrence ?? "")"
    }

    /// The body and its content type.
    ///
    /// - Parameter boundary: What parts a multipart body; must not occur in it.
    func body(_ encoding: BodyEncoding, boundary: @autoclosure () -> String) throws -> (
        contentType: String, bytes: Data
    ) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let people = registrants.map { Person(id: $0.id, email: $0.email) }
        switch encoding {
        case .json:
            return ("application/json", try encoder.encode(Update(action: action.rawValue, registrants: people)))
        case .multipart:
            let boundary = boundary()
            var form = Data()
            for (name, value) in [("action", Data(action.rawValue.utf8)), ("registrants", try encoder.encode(people))] {
                form += Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n".utf8)
                form += value + Data("\r\n".utf8)
            }
            form += Data("--\(boundary)--\r\n".utf8)
            return ("multipart/form-data; boundary=\(boundary)", form)
        }
    }

    private struct Update: Encodable {
        let action: String
        let registrants: [Person]
    }

    private struct Person: Encodable {
        let id: String?
        let email: String?
    }
}

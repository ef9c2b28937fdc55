import FoundationEssentials

/// The body of a status update, read as strictly as Zoom would: nothing is guessed.
struct StatusForm {
    /// The action's word, as sent.
    let action: String
    /// Whom it names.
    let registrants: [NamedRegistrant]

    /// Why a body is refused.
    struct Refused: Error {
        let answer: SandboxAnswer
    }

    init(_ body: [UInt8], contentType: String?) throws(Refused) {
        let type = contentType ?? ""
        let kind = type.prefix { $0 != ";" }.lowercased()
        switch kind {
        case "application/json":
            guard let read = try? JSONDecoder().decode(Body.self, from: Data(body)) else {
                throw Refused(
                    answer: SandboxAnswer(
                        status: 400,
                        code: 300,
                        message: "Request Body should be a valid JSON object."
                    )
                )
            }
            action = read.action
            registrants = read.registrants
        case "multipart/form-data":
            guard let fields = MultipartForm(body, contentType: type)?.fields else {
                throw Refused(answer: .invalid("body", "Broken multipart form."))
            }
            guard let action = fields["action"], let list = fields["registrants"], fields.count == 2 else {
                throw Refused(answer: .invalid("action", "The form needs the fields action and registrants."))
            }
            guard let registrants = try? JSONDecoder().decode([NamedRegistrant].self, from: Data(list.utf8)) else {
                throw Refused(answer: .invalid("registrants", "Invalid field."))
            }
            self.action = action
            self.registrants = registrants
        default:
            throw Refused(answer: SandboxAnswer(status: 415, code: 300, message: "Unsupported Media Type."))
        }
    }

    private struct Body: Decodable {
        let action: String
        let registrants: [NamedRegistrant]
    }
}

import FoundationEssentials

/// What the body of an answer says, read with tolerance: Zoom's JSON, and whatever else a server may send.
struct AnswerBody: Equatable {
    /// What kind of body it is.
    var form: Answer.Form
    /// Zoom's code, given as a number or as text.
    var code: Int?
    /// The message, and those of its `errors` after it.
    var message: String?

    /// Reads a body; `isWhole` is false if there was more of it than was read.
    ///
    /// - Parameter masked: Takes out of a text what nobody may read.
    init(_ bytes: [UInt8], contentType: String?, isWhole: Bool, masked: (String) -> String = { $0 }) {
        guard !bytes.isEmpty else {
            self.init(form: .empty, code: nil, message: nil)
            return
        }
        if isWhole, let said = try? JSONDecoder().decode(Said.self, from: Data(bytes)) {
            self.init(form: .json, code: said.code, message: MessageText.clean(masked(said.text)))
            return
        }
        let text = MessageText.clean(String(decoding: bytes.prefix(4 * MessageText.limit), as: UTF8.self))
        let looksLikeHTML = contentType?.lowercased().contains("html") == true || text?.hasPrefix("<") == true
        self.init(
            form: !isWhole ? .tooLarge : looksLikeHTML ? .html : text == nil ? .empty : .text,
            code: nil,
            message: text
        )
    }

    private init(form: Answer.Form, code: Int?, message: String?) {
        self.form = form
        self.code = code
        self.message = message
    }

    /// `{"code":300,"message":"Validation Failed.","errors":[{"field":"registrants","message":"Invalid field."}]}`,
    /// each part of which may be missing or of another type.
    private struct Said: Decodable {
        let code: Int?
        let text: String

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            code =
                (try? fields.decode(Int.self, forKey: .code))
                ?? (try? fields.decode(String.self, forKey: .code)).flatMap { Int($0) }
            // The token endpoint says `reason` and `error` where the API says `message`.
            let said = [Key.message, .reason, .error].lazy.compactMap { try? fields.decode(String.self, forKey: $0) }
            let errors = (try? fields.decode([FieldError].self, forKey: .errors)) ?? []
            text = ([said.first].compactMap(\.self) + errors.map(\.text)).joined(separator: " ")
        }

        enum Key: String, CodingKey { case code, message, reason, error, errors }
    }

    private struct FieldError: Decodable {
        let field: String?
        let message: String?

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            field = try? fields.decode(String.self, forKey: .field)
            message = try? fields.decode(String.self, forKey: .message)
        }

        enum Key: String, CodingKey { case field, message }

        var text: String {
            switch (field, message) {
            case (let field?, let message?): "[\(field): \(message)]"
            case (let text?, nil), (nil, let text?): "[\(text)]"
            case (nil, nil): ""
            }
        }
    }
}

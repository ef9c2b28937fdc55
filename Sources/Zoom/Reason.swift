/// Why a row has its outcome: a sentence or two for staff, and Zoom's answer for the administrator.
///
/// The journal and the results file keep both as one text, the detail in brackets at its end. Only this type joins and
/// splits them.
package struct Reason: Sendable, Hashable, CustomStringConvertible {
    package let sentence: String
    /// `HTTP 404, code 3001: Meeting does not exist.`; nil if it is not due to an answer.
    package let detail: String?

    /// A reason due to an answer.
    package init(_ sentence: String, status: Int, code: Int? = nil, message: String? = nil) {
        self.sentence = sentence
        detail =
            Self.opening + String(status) + (code.map { Self.codeMark + String($0) } ?? "")
            + (message.map { Self.messageMark + $0 } ?? "")
    }

    /// Splits a text. A text without an answer at its end is all sentence.
    package init(_ text: String) {
        var rest = text[...]
        while let bracket = rest.firstRange(of: " (" + Self.opening) {
            let detail = text[bracket.lowerBound...].dropFirst(2)
            if detail.hasSuffix(")"), Self.isAnswer(detail.dropLast()) {
                sentence = String(text[..<bracket.lowerBound])
                self.detail = String(detail.dropLast())
                return
            }
            rest = rest[bracket.upperBound...]
        }
        sentence = text
        detail = nil
    }

    /// As the journal and the results file keep it.
    package var description: String { detail.map { "\(sentence) (\($0))" } ?? sentence }

    private static let opening = "HTTP "
    private static let codeMark = ", code "
    private static let messageMark = ": "

    /// Whether a text is a status, perhaps followed by one of Zoom's codes, alone or followed by a message.
    private static func isAnswer(_ text: Substring) -> Bool {
        var rest = text.dropFirst(opening.count)
        guard rest.first?.isNumber == true else { return false }
        rest = rest.drop { $0.isASCII && $0.isNumber }
        if rest.hasPrefix(codeMark) {
            rest = rest.dropFirst(codeMark.count).drop { $0 == "-" || $0.isASCII && $0.isNumber }
        }
        return rest.isEmpty || rest.hasPrefix(messageMark)
    }
}

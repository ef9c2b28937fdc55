import FoundationEssentials
import ZoomModel

/// The sandbox's answer, before it is put on the wire.
struct SandboxAnswer: Sendable {
    var status: Int
    var code: Int?
    var headers: [(name: String, value: String)] = []
    var contentType = "application/json;charset=UTF-8"
    var body: [UInt8] = []

    /// An answer without a body.
    init(status: Int) {
        self.status = status
    }

    /// An answer with a body of any kind.
    init(status: Int, contentType: String, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = Array(body.utf8)
    }

    /// An answer with a JSON body.
    init(status: Int, json: some Encodable) {
        self.status = status
        body = Self.bytes(json)
    }

    /// Zoom's form, unless a seed prescribes a different one.
    init(_ answer: ZoomAnswer) {
        status = answer.status
        code = answer.code
        if let message = answer.message {
            let errors = answer.errors.isEmpty ? nil : answer.errors
            body = Self.bytes(Body(code: code, message: message, errors: errors))
        } else if let canned = answer.canned {
            contentType = "application/json"
            body = Array((canned.body ?? "").utf8)
        }
        if let type = answer.canned?.contentType { contentType = type }
        headers = (answer.canned?.headers ?? [:]).map { ($0.key, $0.value) }
    }

    /// A fault's answer, instead of Zoom's.
    static func fault(_ status: Int) -> SandboxAnswer {
        SandboxAnswer(
            status == 401 ? .invalidToken : ZoomAnswer(status: status, message: "A fault of the sandbox.")
        )
    }

    private struct Body: Encodable {
        let code: Int?
        let message: String
        let errors: [ZoomAnswer.FieldError]?
    }

    static func bytes(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map(Array.init) ?? []
    }
}

/// The format of `Retry-After`. Zoom documents ISO 8601; HTTP defines the other two.
package enum RetryAfterForm: String, Sendable, Hashable, CaseIterable {
    /// A number of seconds.
    case seconds
    /// An HTTP date.
    case date
    /// `2020-05-31T00:00:00Z`.
    case iso
    /// Not at all.
    case none
}

/// Times as text, from seconds since 1970.
enum UTCText {
    /// `2020-05-31T00:00:00Z`, or with milliseconds.
    static func iso(_ time: Double, milliseconds: Bool = false) -> String {
        let scale = milliseconds ? 1_000.0 : 1
        let date = Date(timeIntervalSince1970: (time * scale).rounded(.down) / scale)
        return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: milliseconds))
    }

    /// `Sun, 31 May 2020 00:00:00 GMT`
    static func http(_ time: Double) -> String {
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let iso = iso(time)
        let month = months[(Int(iso.dropFirst(5).prefix(2)) ?? 1) - 1]
        let weekday = weekdays[Int(time / 86_400) % 7]
        return "\(weekday), \(iso.dropFirst(8).prefix(2)) \(month) \(iso.prefix(4)) \(iso.dropFirst(11).prefix(8)) GMT"
    }
}

package import Decisions

/// One request of "Update registrant's status": the same action for up to 30 registrants of one target.
package struct StatusUpdate: Sendable, Hashable {
    /// The meeting or webinar, and the occurrence if any.
    package let target: Target
    /// What to do with the registrants.
    package let action: Action
    /// The registrants, in batch order.
    package let registrants: [Registrant]

    package init(target: Target, action: Action, registrants: [Registrant]) {
        self.target = target
        self.action = action
        self.registrants = registrants
    }
}

/// The two encodings of a status update's body in Zoom's published API description.
package enum BodyEncoding: String, Sendable, Hashable, CaseIterable {
    /// `application/json`, as client libraries send it.
    case json
    /// `multipart/form-data` with the fields `action` and `registrants`, as Zoom's own page shows it.
    case multipart
}

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
    /// The part after the base URL: the path, and the occurrence if any.
    var path: String {
        let occurrence = target.occurrence.map { "?occurrence_id=" + PercentEncoding.encode($0.description) }
        return "\(target.registrantsPath)/status\(occurrence ?? "")"
    }

    /// The body and its content type.
    ///
    /// - Parameter boundary: The separator of a multipart body; must not occur in it.
    func body(_ encoding: BodyEncoding, boundary: @autoclosure () -> String) -> (contentType: String, bytes: [UInt8]) {
        var json = RegistrantsJSON(count: registrants.count)
        switch encoding {
        case .json:
            json.raw("{\"action\":\"\(action.rawValue)\",\"registrants\":")
            json.list(registrants)
            json.raw("}")
            return ("application/json", json.bytes)
        case .multipart:
            let boundary = boundary()
            func field(_ name: String) -> String {
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n"
            }
            json.raw("\(field("action"))\(action.rawValue)\r\n\(field("registrants"))")
            json.list(registrants)
            json.raw("\r\n--\(boundary)--\r\n")
            return ("multipart/form-data; boundary=\(boundary)", json.bytes)
        }
    }
}

/// Writes registrants as JSON straight into the bytes of a request: a general encoder took a tenth of the time of an
/// unlimited run.
struct RegistrantsJSON {
    private(set) var bytes: [UInt8] = []

    /// Reserves room for `count` registrants.
    init(count: Int) {
        bytes.reserveCapacity(256 + count * 96)
    }

    /// `[{"email":"…","id":"…"},…]`, each with what is known.
    mutating func list(_ registrants: [Registrant]) {
        raw("[")
        for (place, registrant) in registrants.enumerated() {
            raw(place == 0 ? "{" : ",{")
            if let email = registrant.email {
                raw("\"email\":")
                string(email)
            }
            if let id = registrant.id {
                raw(registrant.email == nil ? "\"id\":" : ",\"id\":")
                string(id)
            }
            raw("}")
        }
        raw("]")
    }

    mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// A string of JSON (RFC 8259, 7): quotes, backslashes and control characters escaped, all else in UTF-8.
    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { text in
            // Usually there is nothing to escape, and the text is copied as a whole.
            if text.contains(where: Self.isEscaped) {
                for byte in text { escaped(byte) }
            } else {
                bytes.append(contentsOf: text)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20:
            raw("\\u00")
            raw(byte < 0x10 ? "0" : "1")
            raw(String(byte & 0xF, radix: 16))
        default: bytes.append(byte)
        }
    }
}

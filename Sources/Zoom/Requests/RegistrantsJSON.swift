import Decisions

/// Writes registrants as JSON straight into the bytes of a request: a general encoder took a tenth of the time of a run without
/// a rate limit.
struct RegistrantsJSON {
    private(set) var bytes: [UInt8] = []

    /// Begins with room for so many registrants.
    init(count: Int) {
        bytes.reserveCapacity(256 + count * 96)
    }

    /// `[{"email":"…","id":"…"},…]`, each with what is known of it.
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
            // Mostly there is nothing to escape, and the text is copied as a whole.
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

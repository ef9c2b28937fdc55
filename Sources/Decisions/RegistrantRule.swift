/// What an email address and a registrant's id look like.
enum RegistrantRule {
    /// Whether bytes are an email address as they stand: the path that nearly all cells take.
    ///
    /// This is the shape only (RFC 5321's lengths, one `@`, a domain of at least two labels); whether anybody reads mail
    /// there is not Usher's to know. Letters beyond ASCII are allowed (RFC 6531); which other characters are not is
    /// `strayScalar`'s to say, for the cells that have any.
    static func isEmail(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // An apostrophe in front is what a spreadsheet keeps text with, and hardly anybody's first letter.
        guard bytes.count <= 254, bytes.first != 0x27 else { return false }
        var at = -1
        var lastDot = -1
        var previous: UInt8 = 0
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x40:
                guard at < 0, index > 0, index <= 64, previous != 0x2E else { return false }
                at = index
            case 0x2E:
                guard previous != 0x2E, previous != 0x40, previous != 0 else { return false }
                guard at < 0 || previous != 0x2D else { return false }
                lastDot = index
            case 0x2D:
                guard at < 0 || (previous != 0x40 && previous != 0x2E) else { return false }
            case 0xBD where index > 1 && previous == 0xBF && bytes[index - 2] == 0xEF:
                // U+FFFD stands for a character that was lost: nobody's address.
                return false
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: break
            // What else RFC 5322 allows before the @ ("atext").
            case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2F, 0x3D, 0x3F, 0x5E, 0x5F, 0x60, 0x7B...0x7E:
                guard at < 0 else { return false }
            default: return false
            }
            previous = byte
        }
        return at > 0 && lastDot > at && lastDot < bytes.count - 1 && previous != 0x2D
    }

    /// What people and programs write where there is nothing.
    private static let placeholders: Set<String> = [
        "-", "--", "---", ".", "..", "...", "?", "??", "???", "0", "n/a", "n.a.", "n.a", "na", "nan", "null", "(null)",
        "\\n",
        "none", "(none)", "nil", "undefined", "blank", "(blank)", "empty", "(empty)", "unknown", "(unknown)", "missing",
        "true", "false", "tbd", "tba",
    ]

    private static let longestPlaceholder = placeholders.map(\.utf8.count).max() ?? 0

    /// Whether bytes can be an id as Zoom makes them: visible ASCII without spaces, and nothing that a spreadsheet makes
    /// of a number.
    static func isRegistrantID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count <= 128, let first = bytes.first, first != 0x23, first != 0x3D else { return false }
        if bytes.count < idLength, isStandIn(bytes) { return false }
        var hasMark = false
        for byte in bytes {
            switch byte {
            case 0x00...0x20, 0x22, 0x3C, 0x3E, 0x40, 0x7F...0xFF: return false
            case 0x2B, 0x2C, 0x2E: hasMark = true
            default: break
            }
        }
        // Zoom's own ids are longer than any date, and have neither point, comma nor plus.
        guard first <= 0x39, hasMark || bytes.count < idLength else { return true }
        return Ruin(String(decoding: bytes, as: UTF8.self)) == nil
    }

    /// Whether bytes have the form of all ids that Zoom is known to make: 22 characters of base64url. Nothing documents it, so
    /// another form is worth a warning and no more.
    @inline(__always)
    static func isZoomsID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.count == 22
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                default: false
                }
            }
    }

    /// Whatever is shorter than this, in bytes, is no id of Zoom's making and looked at more closely.
    private static let idLength = 20

    /// Whether a cell holds what stands where there is nothing, or a date with a month's name ("Nov-26").
    private static func isStandIn(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        return bytes.count <= longestPlaceholder && placeholders.contains(text) || Ruin.isDateWithMonth(text)
    }

    /// Why a cell is no registrant's id.
    static func problem(_ cell: Cell, column: String) -> Problem {
        let text = cell.visibleText
        func problem(_ kind: Problem.Kind, _ advice: String) -> Problem {
            Problem(kind, of: .registrant, column: column, found: Excerpt(text).description, advice: advice)
        }
        if text.contains("@") { return problem(.malformed, "is an email address. Put it into the email column.") }
        if let ruin = Ruin(text) { return problem(ruin.kind, ruin.advice) }
        if let advice = text.invisibleAdvice { return problem(.malformed, advice) }
        return problem(
            .malformed,
            """
            is not a registrant id. Zoom's are 22 letters and digits; copy it from Zoom, or leave the cell empty and give the \
            email.
            """
        )
    }
}

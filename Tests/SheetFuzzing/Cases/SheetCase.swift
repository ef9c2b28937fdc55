import Randomness

/// The bytes of one made-up file: some nearly a spreadsheet of decisions, some nearly nothing, all the same for the same
/// seed.
package struct SheetCase: Sendable {
    /// Names the case, so that it can be made again.
    package let seed: UInt64
    /// The file.
    package let bytes: [UInt8]
    /// The delimiter it was made with.
    package let delimiter: UInt8

    /// Makes the case of a seed.
    package init(seed: UInt64) {
        self.seed = seed
        var chance = SplitMix64(seed: seed)
        let delimiter = [0x2C, 0x3B, 0x09, 0x7C].randomElement(using: &chance) ?? 0x2C as UInt8
        self.delimiter = delimiter
        var text = ""
        switch Int.random(in: 0..<10, using: &chance) {
        case 0...5: text = Self.table(delimiter, &chance)
        case 6: text = Self.table(delimiter, &chance) + "\u{FEFF}" + Self.table(delimiter, &chance)
        default: text = Self.rubble(&chance)
        }
        var bytes = Array(text.utf8)
        switch Int.random(in: 0..<16, using: &chance) {
        case 0: bytes = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        case 1: bytes = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        case 2...4: bytes = [0xEF, 0xBB, 0xBF] + bytes
        case 5...7: Self.damage(&bytes, &chance)
        default: break
        }
        self.bytes = bytes
    }

    private static func table(_ delimiter: UInt8, _ chance: inout SplitMix64) -> String {
        let separator = String(UnicodeScalar(delimiter))
        let lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &chance) ?? "\n"
        var names = ["Meeting ID", "Occurrence", "Registrant ID", "E-mail", "Action"]
        while Int.random(in: 0..<3, using: &chance) == 0 { names.append(extras.randomElement(using: &chance) ?? "") }
        if Int.random(in: 0..<4, using: &chance) == 0 { names.shuffle(using: &chance) }
        var lines: [String] = []
        if Int.random(in: 0..<8, using: &chance) == 0 {
            names = names.map { ["Action": "Decision", "Registrant ID": "id"][$0] ?? $0 } + ["Approval Status"]
        }
        if Int.random(in: 0..<10, using: &chance) == 0 {
            // Zoom's report: the number in the title, a status beside the decision or without one.
            names.removeAll {
                $0 == "Meeting ID" || Bool.random(using: &chance) && ["Action", "Decision"].contains($0)
            }
            names += ["Registration Time", "Approval Status"]
            let number = meetings.prefix(6).randomElement(using: &chance) ?? ""
            lines.append(["Topic", "Meeting ID", "Scheduled Time", "# Registered"].joined(separator: separator))
            lines.append(
                ["Harbour Lights", quoted(number, separator, &chance), "18:00", "5"].joined(separator: separator)
            )
        }
        if Int.random(in: 0..<8, using: &chance) == 0 { lines.insert("sep=\(separator)", at: 0) }
        if Int.random(in: 0..<8, using: &chance) == 0 { lines.append("Registration Report") }
        lines.append(names.joined(separator: separator))
        for _ in 0..<Int.random(in: 0..<8, using: &chance) {
            if Int.random(in: 0..<12, using: &chance) == 0 {
                lines.append(
                    ["", separator + separator, lines.last ?? "", "Total"].randomElement(using: &chance) ?? ""
                )
                continue
            }
            var cells = names.map { name in value(for: name, &chance) }
            if Int.random(in: 0..<8, using: &chance) == 0 { cells.removeLast() }
            if Int.random(in: 0..<8, using: &chance) == 0 { cells.append(extras.randomElement(using: &chance) ?? "") }
            lines.append(cells.map { quoted($0, separator, &chance) }.joined(separator: separator))
        }
        return lines.joined(separator: lineEnd) + (Bool.random(using: &chance) ? lineEnd : "")
    }

    private static func value(for name: String, _ chance: inout SplitMix64) -> String {
        let values =
            switch name {
            case "Meeting ID": meetings
            case "Occurrence": occurrences
            case "Registrant ID", "id": registrants
            case "E-mail": emails
            case "Action", "Decision", "Approval Status": actions
            default: extras
            }
        return switch Int.random(in: 0..<20, using: &chance) {
        case 0: extras.randomElement(using: &chance) ?? ""
        case 1...4: values.randomElement(using: &chance) ?? ""
        // The first ones are as they should be.
        default: values.prefix(3).randomElement(using: &chance) ?? ""
        }
    }

    private static func quoted(_ cell: String, _ separator: String, _ chance: inout SplitMix64) -> String {
        switch Int.random(in: 0..<24, using: &chance) {
        case 0: return "\"" + cell
        case 1: return cell + "\""
        case 2: return "\"\(cell)\" "
        case 3...8: break
        default: if !cell.contains(where: { $0 == "\"" || $0.isNewline || String($0) == separator }) { return cell }
        }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// Pieces in any order.
    private static func rubble(_ chance: inout SplitMix64) -> String {
        (0..<Int.random(in: 0..<60, using: &chance)).map { _ in pieces.randomElement(using: &chance) ?? "" }.joined()
    }

    /// Changes, drops and repeats bytes.
    private static func damage(_ bytes: inout [UInt8], _ chance: inout SplitMix64) {
        for _ in 0..<Int.random(in: 1...4, using: &chance) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &chance)
            switch Int.random(in: 0..<4, using: &chance) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &chance)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert([0x00, 0x22, 0x0D, 0x0A, 0xEF, 0xFF][place % 6], at: place)
            default: bytes.removeSubrange(place...)
            }
        }
    }

    private static let meetings = [
        "84512093377", "845 1209 3377", "845-1209-3377", "91730046218", "8.45E+10", "8,45E10", "84512093377.0",
        "84,512,093,377", "0123456789", "123", "24-Nov-26", "#REF!", "-84512093377", "'84512093377", "=84512093377", "",
        "=\"84512093377\"", "=\"8.45E+10\"", "84512093377.00", "99999999999999999999", "９１７３００４６２１８",
        "7034418265\u{A0}",
    ]
    private static let occurrences = [
        "", "", "", "1796061600000", "1.79606E+12", "1796061600000.0", "179606160000", "any", "\u{200B}",
    ]
    private static let registrants = [
        "cR1NYfJklcRTdYuQAECSEK", "a-Boj7YgwQxz3T20AgaakL", "", "1.2E+15", "#NAME?", "zoë", "a b", "x@example.org",
        "\u{FEFF}pFG8hluZTTQsSI0Kfj", "12345",
    ]
    private static let emails = [
        "guest.1@example.org", "Guest.1@Example.org", "guest.2@example.net", "", "mailto:guest.1@example.org",
        "<guest.1@example.org>", "guest.1@example.org\u{A0}", "zoë@example.org", "a@b", "a@@b.c", "a b@c.d", ".a@b.c",
        "a@example.org; b@example.org", "“guest.1@example.org”", "Guest One <guest.1@example.org>",
        "guest.1@example.org；",
        "ｇuest@example.org", "guest.1@example.org·", "o&#39;hara@example.org", "guest\u{200D}.1@example.org",
    ]
    private static let actions = [
        "approve", "Approved", "accept", "YES", "deny", "Denied", "no", "cancel", "cancelled", "canceled", "", " ",
        "TRUE", "aprove", "pending", "Pending Approval", "y", "N", "declined", "approve\u{A0}", "\u{200B}",
        "TBD", "-", "n/a", "Disapproved", "on hold", "ok",
    ]
    private static let extras = [
        "", "Name", "a \"quoted\" word", "two\nlines", "two\r\nlines", "a,b;c|d\te", "\u{0}", "ليلى", "🦊", "=1+1",
        "Action",
        "outcome",
    ]
    private static let pieces = [
        ",", ";", "\t", "|", "\"", "\"\"", "\n", "\r", "\r\n", "\u{FEFF}", "\u{0}", " ", "a", "é", "🦊", "sep=;",
        "Meeting",
        "Email", "Action", "approve", "84512093377", "x@example.org", "0", "\u{200B}", "abcdefghijklmnop",
    ]
}

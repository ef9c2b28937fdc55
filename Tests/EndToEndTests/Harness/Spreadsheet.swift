import Randomness

/// A spreadsheet of decisions as staff would make it, with columns of their own that must come back unchanged.
struct Spreadsheet: Sendable {
    /// One row.
    struct Row: Sendable {
        var meeting = ""
        var occurrence = ""
        var registrant = ""
        var email = ""
        var action = "approve"
        var comment = ""

        /// The cells, in the order of `Spreadsheet.header`.
        var cells: [String] { [meeting, occurrence, registrant, email, action, comment] }

        /// What it wishes, where it is good.
        var deed: Deed {
            Deed(
                target: meeting,
                occurrence: occurrence.isEmpty ? nil : occurrence,
                action: action,
                registrant: registrant.isEmpty ? email : registrant
            )
        }
    }

    static let header = ["Meeting", "Occurrence", "Registrant ID", "Email", "Action", "Comment"]

    var rows: [Row]

    /// The file's text.
    var csv: String { CSVText.line(Self.header) + rows.map { CSVText.line($0.cells) }.joined() }

    /// What all rows wish.
    var deeds: Set<Deed> { Set(rows.map(\.deed)) }
}

extension Spreadsheet {
    /// Decisions about as many different registrants, dealt out unevenly to meetings of which every fourth is a series;
    /// some rows have no id, some no email. The same seed makes the same spreadsheet.
    init(decisions: Int, meetings: Int, seed: UInt64 = 1, actions: [String] = ["approve", "approve", "deny", "cancel"])
    {
        var chance = SplitMix64(seed: seed)
        let comments = ["", "paid, by invoice", "says \"maybe\"", "two\nlines", "Grüße, 王小明", "=1+1"]
        rows = (0..<decisions).map { number in
            // The square gives the first meetings more than the last ones.
            let share = Double.random(in: 0..<1, using: &chance)
            let place = Int(share * share * Double(meetings))
            var row = Row()
            row.meeting = String(84_000_000_000 + place * 7_919)
            if place % 4 == 3 {
                row.occurrence = String(1_796_666_400_000 + Int.random(in: 0..<3, using: &chance) * 86_400_000)
            }
            let parts = Int.random(in: 0..<10, using: &chance)
            if parts > 0 { row.registrant = "r\(number)x\(seed)" }
            if parts < 9 { row.email = "guest.\(number)@example.org" }
            row.action = actions[Int.random(in: 0..<actions.count, using: &chance)]
            row.comment = comments[Int.random(in: 0..<comments.count, using: &chance)]
            return row
        }
    }

    /// Rows for registrants of one meeting, `r0` and on.
    static func one(meeting: String = "84512093377", registrants: Int, action: String = "approve") -> Spreadsheet {
        Spreadsheet(
            rows: (0..<registrants).map { number in
                Row(meeting: meeting, registrant: "r\(number)", email: "guest.\(number)@example.org", action: action)
            }
        )
    }
}

extension Header {
    /// A name that was probably meant for a column which a sheet need not have.
    struct Misspelling {
        let name: String
        let column: Column
    }

    /// A name that comes close to an optional column's, where the sheet has no such column. Passed over, it would send a
    /// decision to the whole series, to another account, or to a meeting instead of a webinar.
    var misspelling: Misspelling? {
        let taken = Set(places.values)
        for column in [Column.occurrence, .account, .webinar] where places[column] == nil {
            // Where webinars' is the only column, a slip in its name leaves the sheet without one at all.
            if column == .webinar, places[.meeting] == nil { continue }
            for index in names.indices where !taken.contains(index) {
                if Self.resembles(HeaderName(names[index]).letters, column) {
                    return Misspelling(name: names[index], column: column)
                }
            }
        }
        return nil
    }

    private static func resembles(_ letters: String, _ column: Column) -> Bool {
        guard let initial = letters.first else { return false }
        // What people add to it is about an occurrence too.
        if column == .occurrence, letters.hasPrefix("occurrence") || letters.hasPrefix("occurence") { return true }
        return column.names.contains { alias in
            let allowed =
                switch column {
                // "Amount" and "Count" are two slips away.
                case .account: 1
                // So is a "Seminar", but not behind the same letter.
                case .webinar where initial != alias.first: 1
                default: 2
                }
            // What is much longer or shorter is far away, and need not be measured.
            return abs(letters.count - alias.count) <= allowed && EditDistance.between(letters, alias) <= allowed
        }
    }
}

extension Header.Misspelling {
    /// What is wrong, and what to do.
    var sentence: String {
        let title = column == .occurrence ? "Occurrence ID" : column.title
        let shown = Excerpt(name).description
        let mapped = shown == name ? ", or use --map \(column.rawValue)=\"\(name)\"" : ""
        return """
            the column "\(shown)" looks like "\(title)" and is not called so, so it would not be read, and decisions might \
            reach \(risk). If it is meant, rename it to "\(title)"\(mapped); if it is about something else, give it another \
            name.
            """
    }

    private var risk: String {
        switch column {
        case .occurrence: "the whole series instead of one occurrence"
        case .account: "the wrong Zoom account"
        default: "a meeting instead of a webinar"
        }
    }
}

import Files
import Spreadsheet

/// Which column of a spreadsheet holds what.
package struct Header: Sendable, Hashable {
    /// A value that all rows share, because the file has no column for it.
    package struct Shared: Sendable, Hashable {
        /// What the column would hold.
        package let text: String
        /// The row where it was found, as a spreadsheet program shows it; nil for the command line.
        package let row: Int?
        /// The name of that place.
        package let title: String
    }

    /// The names as they are in the file.
    package let names: [String]
    /// The place of each column that was found, counted from 0.
    package internal(set) var places: [Column: Int]
    /// Columns that several names claim, and where those are.
    var doubled: [Column: [Int]]
    /// Where Zoom's own status is, if it is not read as the decision.
    package let status: Int?
    package internal(set) var shared: [Column: Shared] = [:]
    /// Whether only values of Zoom's form count as ids, because only that form identifies the column.
    var wantsZoomsIDs = false

    /// A column called "id" may hold any system's ids.
    static let looseID = "id"

    /// Whether the column for meeting or webinar is called just "Type", so that it may be about something else.
    let hasLooseType: Bool

    /// Reads the names of a record.
    ///
    /// - Parameters:
    ///   - map: Names that the user gave to columns; they take precedence over all others.
    ///   - isReport: Whether the sheet is Zoom's own report, in which a status is not a decision.
    init(_ names: [String], map: [Column: String], isReport: Bool = false) {
        self.names = names
        var places: [Column: Int] = [:]
        var doubled: [Column: [Int]] = [:]
        let letters = names.map { HeaderName($0).letters }
        // A name that the user gave to one column is not an alias of another.
        var given: [Column: [Int]] = [:]
        for (column, name) in map { given[column] = Self.places(of: name, in: names, letters) }
        let taken = Set(given.values.joined())
        var aliased: [Column: [Int]] = [:]
        for index in names.indices where !taken.contains(index) {
            if let column = Column.named[letters[index]] { aliased[column, default: []].append(index) }
        }
        if let found = aliased[.type], found.count > 1 {
            let strict = found.filter { !Column.looseTypes.contains(letters[$0]) }
            if !strict.isEmpty { aliased[.type] = strict }
        }
        let type = given[.type] == nil ? aliased[.type]?.first.map { letters[$0] } : nil
        hasLooseType = type.map(Column.looseTypes.contains) ?? false

        let statuses = names.indices.filter { !taken.contains($0) && Column.statusNames.contains(letters[$0]) }
        if isReport { aliased[.action] = aliased[.action]?.filter { Column.decisionNames.contains(letters[$0]) } }
        let isDecision = !isReport && given[.action] == nil && (aliased[.action] ?? []).isEmpty
        if isDecision { aliased[.action] = statuses }
        status = isDecision ? nil : statuses.first

        for column in Column.allCases {
            let found = given[column] ?? aliased[column] ?? []
            places[column] = found.first
            if found.count > 1 { doubled[column] = found }
        }
        self.places = places
        self.doubled = doubled
    }

    /// The name of a column as messages show it: the file's own if it has one.
    func title(of column: Column) -> String {
        places[column].map(shownName) ?? shared[column]?.title ?? column.title
    }

    /// The name at a place as messages show it.
    func shownName(_ place: Int) -> String { names[place].excerpt() }

    /// Where a name given by the user is: as written, else regardless of case, spaces and punctuation.
    private static func places(of name: String, in names: [String], _ letters: [String]) -> [Int] {
        let exact = names.indices.filter { names[$0] == name }
        let wanted = HeaderName(name).letters
        return exact.isEmpty && !wanted.isEmpty ? names.indices.filter { letters[$0] == wanted } : exact
    }

    /// What is missing for a row to be a decision; empty if nothing is.
    var missing: [[Column]] {
        [[.meeting, .webinar], [.registrant, .email], [.action]].filter { needed in
            needed.allSatisfy { places[$0] == nil && shared[$0] == nil }
        }
    }

    /// How much it looks like a header: the number of columns found. A column of addresses counts twice, since the
    /// titles of reports name a meeting too.
    var score: Int { places.count + (places[.email] == nil ? 0 : 1) + (status == nil ? 0 : 1) }

    /// Whether it can be used.
    func isUsable(map: [Column: String]) -> Bool {
        doubled.isEmpty && missing.isEmpty && map.keys.allSatisfy { places[$0] != nil }
            && Set(map.keys.map { places[$0] }).count == map.count && misspelling == nil
    }

    /// Why it can't be used, and what to do; nil if it can.
    func fault(map: [Column: String]) -> String? {
        if let (column, places) = doubled.min(by: { $0.key.rawValue < $1.key.rawValue }) {
            let names = places.map { self.names[$0] }
            // Only the reader knows which of them is meant, and equal names can't be told apart by `map`.
            let mapped =
                Set(names).count == names.count
                ? ", or give the name of the right one: --map \(column.rawValue)=NAME" : ""
            return """
                \(names.count) columns could be the \(column.title): \(Self.list(names)). Rename or remove all but \
                one\(mapped). Found: \(Self.list(self.names)).
                """
        }
        for (column, name) in map where places[column] != nil {
            if let other = map.first(where: { $0.key != column && places[$0.key] == places[column] }) {
                let both = [column.rawValue, other.key.rawValue].sorted().joined(separator: " and ")
                return "--map gives the column \"\(name)\" two meanings: \(both). Name another column for one of them."
            }
        }
        for (column, name) in map.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where places[column] == nil {
            return "--map names a column \"\(name)\", which is not there. Found: \(Self.list(names))."
        }
        guard let needed = missing.first else { return misspelling?.sentence }
        guard score > 0 else {
            return """
                no row names the columns. Found: \(Self.list(names)). Write their names above the rows, for example Meeting ID, \
                Registrant ID, Email, Action; or say what they are called, for example \(mapExample).
                """
        }
        let wanted = needed.map { "\"\($0.title)\"" }.joined(separator: " or ")
        let hint = nearest(to: needed).map { name, column in
            " \"\(name)\" comes nearest: rename it to \"\(column.title)\", or use --map \(column.rawValue)=\"\(name)\"."
        }
        let given = needed.first { SheetOptions.givable.contains($0) }.map { column in
            ", or give one for all rows with --\(column.rawValue)"
        }
        return """
            the column \(wanted) is missing. Found: \(Self.list(names)).\(hint ?? " Add it, or use --map\(given ?? "").")
            """
    }

    /// How to name a column by hand, with one of the file's own names if there is one.
    private var mapExample: String {
        if let (name, column) = nearest(to: [.meeting, .webinar, .registrant, .email, .action]) {
            return "--map \(column.rawValue)=\"\(name.excerpt())\""
        }
        let name = names.first { !$0.isEmpty } ?? Column.meeting.title
        return "--map \(Column.meeting.rawValue)=\"\(name.excerpt())\" if that is the meeting's number"
    }

    private func nearest(to columns: [Column]) -> (String, Column)? {
        let taken = Set(places.values)
        var best: (distance: Int, name: String, column: Column)?
        for index in names.indices where !taken.contains(index) && !names[index].isEmpty {
            let name = HeaderName(names[index])
            // What Zoom knows of a registration is not a decision, however its name is written.
            if name.letters.contains("status") { continue }
            for column in columns {
                for alias in column.names {
                    let distance = EditDistance.between(name.letters, alias)
                    if NearestName.isNear(distance, alias), distance < best?.distance ?? .max {
                        best = (distance, names[index], column)
                    }
                }
            }
        }
        return best.map { ($0.name, $0.column) }
    }

    static func list(_ names: [String]) -> String {
        let shown = names.prefix(20).map { "\"\($0.excerpt())\"" }.joined(separator: ", ")
        return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
    }
}

/// A column's name without what people write differently: case, spaces, `_`, `-`, punctuation, invisible marks.
struct HeaderName: Hashable {
    let letters: String

    init(_ text: String) {
        // Whole characters, so that an accent counts the same as one character or two.
        let visible = String.UnicodeScalarView(
            text.lowercased().unicodeScalars.filter { $0.properties.generalCategory != .format }
        )
        letters = String(visible).filter { $0.isLetter || $0.isNumber }
    }
}

extension Header {
    /// A name probably meant for an optional column.
    struct Misspelling {
        let name: String
        let column: Column
    }

    /// A name close to an optional column's that the sheet lacks. Passing over it would send a decision to the whole
    /// series, to another account, or to a meeting instead of a webinar.
    var misspelling: Misspelling? {
        let taken = Set(places.values)
        for column in [Column.occurrence, .account, .webinar] where places[column] == nil {
            // If webinars' is the only column, a slip in its name leaves the sheet without one at all.
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
        // A longer name is about an occurrence too.
        if column == .occurrence, letters.hasPrefix("occurrence") || letters.hasPrefix("occurence") { return true }
        return column.names.contains { alias in
            let allowed =
                switch column {
                // "Amount" and "Count" are two slips away.
                case .account: 1
                // So is "Seminar", but its first letter differs.
                case .webinar where initial != alias.first: 1
                default: 2
                }
            // A much longer or shorter name is far away without measuring.
            return abs(letters.count - alias.count) <= allowed && EditDistance.between(letters, alias) <= allowed
        }
    }
}

extension Header.Misspelling {
    /// What is wrong, and what to do.
    var sentence: String {
        let title = column == .occurrence ? "Occurrence ID" : column.title
        let shown = name.excerpt()
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

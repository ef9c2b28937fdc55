internal import Spreadsheet

/// Which column of a spreadsheet holds what.
public struct Header: Sendable, Hashable {
    /// The names as they stand in the file.
    public let names: [String]
    /// The place of each column that was found, counted from 0.
    public let places: [Column: Int]
    /// Columns that two names claim.
    let doubled: [Column: [String]]

    /// What a results file calls a column that only rows had and the header had not: there a filled cell is beyond the header
    /// still, when the results are run again.
    public static let beyond = "beyond the header"

    /// Whether the column for meeting or webinar is merely called "Type", so that it may be about something else.
    let hasLooseType: Bool

    /// Reads the names of a record.
    ///
    /// - Parameter map: Names that the user gave to columns; they count before all others.
    init(_ names: [String], map: [Column: String]) {
        self.names = names
        var places: [Column: Int] = [:]
        var doubled: [Column: [String]] = [:]
        let letters = names.map { HeaderName($0).letters }
        // A name that the user gave to one column is no other's alias.
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
        for column in Column.allCases {
            let found = given[column] ?? aliased[column] ?? []
            places[column] = found.first
            if found.count > 1 { doubled[column] = found.map { names[$0] } }
        }
        self.places = places
        self.doubled = doubled
    }

    /// The name of a column as messages show it: the file's own where it has one.
    func title(of column: Column) -> String {
        places[column].map { Excerpt(names[$0]).description } ?? column.title
    }

    /// Where a name stands that the user gave: as it is written, else regardless of case, spaces and punctuation.
    private static func places(of name: String, in names: [String], _ letters: [String]) -> [Int] {
        let exact = names.indices.filter { names[$0] == name }
        let wanted = HeaderName(name).letters
        return exact.isEmpty && !wanted.isEmpty ? names.indices.filter { letters[$0] == wanted } : exact
    }

    /// What is missing for a row to be a decision; empty when all is there.
    var missing: [[Column]] {
        [[.meeting, .webinar], [.registrant, .email], [.action]].filter { needed in
            needed.allSatisfy { places[$0] == nil }
        }
    }

    /// How much it looks like a header: the number of columns found.
    var score: Int { places.count }

    /// Whether it can be used.
    func isUsable(map: [Column: String]) -> Bool {
        doubled.isEmpty && missing.isEmpty && map.keys.allSatisfy { places[$0] != nil }
            && Set(map.keys.map { places[$0] }).count == map.count && misspelling == nil
    }

    /// Why it can't be used, and what to do; nil when it can.
    func fault(map: [Column: String]) -> String? {
        if let (column, names) = doubled.min(by: { $0.key.rawValue < $1.key.rawValue }) {
            let mapped =
                Set(names).count == names.count ? ", or say which with --map \(column.rawValue)=\"\(names[0])\"" : ""
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
        return "the column \(wanted) is missing. Found: \(Self.list(names)).\(hint ?? " Add it, or use --map.")"
    }

    /// How a column is named by hand, with a name of the file's own where there is one.
    private var mapExample: String {
        if let (name, column) = nearest(to: [.meeting, .webinar, .registrant, .email, .action]) {
            return "--map \(column.rawValue)=\"\(Excerpt(name))\""
        }
        let name = names.first { !$0.isEmpty } ?? Column.meeting.title
        return "--map \(Column.meeting.rawValue)=\"\(Excerpt(name))\" if that is the meeting's number"
    }

    private func nearest(to columns: [Column]) -> (String, Column)? {
        let taken = Set(places.values)
        var best: (distance: Int, name: String, column: Column)?
        for index in names.indices where !taken.contains(index) && !names[index].isEmpty {
            let name = HeaderName(names[index])
            for column in columns {
                for alias in column.names {
                    let distance = EditDistance.between(name.letters, alias)
                    if distance <= max(2, alias.count / 3), distance < best?.distance ?? .max {
                        best = (distance, names[index], column)
                    }
                }
            }
        }
        return best.map { ($0.name, $0.column) }
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(20).map { "\"\(Excerpt($0))\"" }.joined(separator: ", ")
        return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
    }
}

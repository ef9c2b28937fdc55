internal import Spreadsheet

/// Which column of a spreadsheet holds what.
public struct Header: Sendable, Hashable {
    /// The names as they stand in the file.
    public let names: [String]
    /// The place of each column that was found, counted from 0.
    public let places: [Column: Int]
    /// Columns that two names claim.
    let doubled: [Column: [String]]

    /// Reads the names of a record.
    ///
    /// - Parameter map: Names that the user gave to columns; they count before all others.
    init(_ names: [String], map: [Column: String]) {
        self.names = names
        var places: [Column: Int] = [:]
        var doubled: [Column: [String]] = [:]
        for column in Column.allCases {
            let given = map[column].map(HeaderName.init)
            let wanted = given.map { [$0.letters] } ?? column.names
            let found = names.indices.filter { wanted.contains(HeaderName(names[$0]).letters) }
            places[column] = found.first
            if found.count > 1 { doubled[column] = found.map { names[$0] } }
        }
        self.places = places
        self.doubled = doubled
    }

    /// What is missing for a row to be a decision; empty when all is there.
    var missing: [[Column]] {
        [[.meeting, .webinar], [.registrant, .email], [.action]].filter { needed in
            needed.allSatisfy { places[$0] == nil }
        }
    }

    /// How much it looks like a header: the number of columns found.
    var score: Int { places.count }

    /// Why it can't be used, and what to do; nil when it can.
    func fault(map: [Column: String]) -> String? {
        if let (column, names) = doubled.min(by: { $0.key.rawValue < $1.key.rawValue }) {
            return """
                two columns could be the \(column.title): \(Self.list(names)). Rename or remove one of them, or say which \
                with --map \(column.rawValue)="\(names[0])".
                """
        }
        for (column, name) in map.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where places[column] == nil {
            return "--map names a column \"\(name)\", which is not there. Found: \(Self.list(names))."
        }
        guard let needed = missing.first else { return nil }
        guard score > 0 else {
            return """
                no row names the columns. Write their names above the rows, for example Meeting ID, Registrant ID, Email, \
                Action; or say with --map what they are called.
                """
        }
        let wanted = needed.map { "\"\($0.title)\"" }.joined(separator: " or ")
        let hint = nearest(to: needed).map { name, column in
            " \"\(name)\" comes nearest: rename it to \"\(column.title)\", or use --map \(column.rawValue)=\"\(name)\"."
        }
        return "the column \(wanted) is missing. Found: \(Self.list(names)).\(hint ?? " Add it, or use --map.")"
    }

    private func nearest(to columns: [Column]) -> (String, Column)? {
        let taken = Set(places.values)
        var best: (distance: Int, name: String, column: Column)?
        for index in names.indices where !taken.contains(index) && !names[index].isEmpty {
            let name = HeaderName(names[index])
            for column in columns {
                for alias in column.names {
                    let distance = name.distance(to: alias)
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

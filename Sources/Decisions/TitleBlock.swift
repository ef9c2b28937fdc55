import Files

/// The lines above a table's header: in Zoom's reports they hold the meeting's or webinar's number, which the table
/// lacks.
struct TitleBlock {
    /// A number, and where it was found.
    struct Number {
        let column: Column
        let text: String
        let row: Int
        /// The label of the cell.
        let name: String
    }

    /// A record of the block.
    struct Line {
        /// As a spreadsheet program shows it.
        let row: Int
        let cells: [String]
    }

    /// The numbers, without repetition.
    private(set) var numbers: [Number] = []
    /// What is wrong with a cell that should hold the number, if no other holds it.
    private(set) var problem: Problem?
    /// Whether it is the block of one of Zoom's own reports.
    private(set) var isZooms = false

    /// Reads the records above a header.
    ///
    /// - Parameter map: Names that the user gave to columns: Zoom writes the same ones above the table.
    init(_ lines: [Line], map: [Column: String]) {
        var names: [String: Column] = [:]
        for column in [Column.meeting, .webinar] {
            for name in column.names { names[name] = column }
            if let name = map[column] { names[HeaderName(name).letters] = column }
        }
        for (index, line) in lines.enumerated() {
            let below = index + 1 < lines.count ? lines[index + 1] : nil
            for (place, cell) in line.cells.enumerated() {
                let letters = HeaderName(cell).letters
                if Self.titles.contains(letters) { isZooms = true }
                if let column = names[letters] {
                    let isFound =
                        below.map { add($0, at: place, as: column, name: cell) } ?? false
                        || add(line, at: place + 1, as: column, name: cell)
                    // Zoom's layout: one row of names, one of values.
                    if isFound, line.cells.count >= 4, below?.cells.count ?? 0 >= 4 { isZooms = true }
                } else if let colon = cell.firstIndex(of: ":"),
                    let column = names[HeaderName(String(cell[..<colon])).letters]
                {
                    let rest = String(cell[cell.index(after: colon)...])
                    _ = add(Line(row: line.row, cells: [rest]), at: 0, as: column, name: String(cell[..<colon]))
                }
            }
        }
    }

    /// How Zoom's reports begin.
    private static let titles: Set<String> = ["registrationreport", "reportgenerated"]

    /// Adds the number in a cell.
    ///
    /// - Returns: Whether there is one.
    private mutating func add(_ line: Line, at place: Int, as column: Column, name: String) -> Bool {
        guard line.cells.indices.contains(place) else { return false }
        var text = line.cells[place]
        let result = text.withUTF8 {
            NumberRule.meeting(Cell($0), subject: .meeting, column: name.excerpt())
        }
        switch result {
        case .success(let id):
            if !numbers.contains(where: { $0.text == id.description && $0.column == column }) {
                numbers.append(Number(column: column, text: id.description, row: line.row, name: name))
            }
            return true
        case .failure(let problem):
            if MangledValue(text) != nil, self.problem == nil { self.problem = problem }
            return false
        }
    }
}

import Spreadsheet

/// Recognizes records in a table that are not data rows: empty lines, the header again, totals, another table.
struct NonDataRow {
    /// What a record that does not read as a decision is.
    enum Kind {
        /// A row, whatever is wrong with it.
        case row
        /// Nothing: all of its cells are empty.
        case empty
        /// Something that decides nothing.
        case noDecision(DecisionRow.NoDecision)
        /// The header of another table, with different columns.
        case otherTable
    }

    let header: Header
    /// The header by its names alone, regardless of content.
    private let named: Header
    private let map: [Column: String]

    init(header: Header, map: [Column: String]) {
        self.header = header
        self.map = map
        named = Header(header.names, map: map)
    }

    /// Classifies a record that does not read as a decision.
    func kind(of reader: RecordReader) -> Kind {
        func cell(_ index: Int) -> Cell { Cell(reader.field(index)) }
        guard let place = (0..<reader.fieldCount).first(where: { !cell($0).isEmpty }) else { return .empty }
        let first = cell(place)
        // Nearly all rows begin with a number or a name; headers and totals do not.
        if let byte = first.bytes.first, byte >= 0x30, byte <= 0x39 { return .row }
        if let place = header.places[.email], place < reader.fieldCount, reader.field(place).contains(0x40) {
            return .row
        }
        let names = (0..<reader.fieldCount).map { cell($0).visibleText }
        if names.allSatisfy(\.isEmpty) { return .empty }
        if let kind = kind(ofNames: names) { return kind }
        let word = first.visibleText.prefix { $0.isLetter }.lowercased()
        return Self.totals.contains(word) && !namesSomebody(cell, reader.fieldCount) ? .noDecision(.totals) : .row
    }

    /// Whether a record has a registrant's id or a meeting's number: then its first word is a name ("Grand Anna") and
    /// its action a slip. A number alone in the registrant's column is a count.
    private func namesSomebody(_ cells: (Int) -> Cell, _ count: Int) -> Bool {
        func cell(_ column: Column) -> Cell? {
            header.places[column].flatMap { $0 < count ? cells($0) : nil }
        }
        if let registrant = cell(.registrant), RegistrantRule.isRegistrantID(registrant.bytes),
            !registrant.bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        {
            return true
        }
        return [Column.meeting, .webinar].contains { column in
            guard let number = cell(column) else { return false }
            if case .success = NumberRule.meeting(number, subject: .meeting, column: "") { return true }
            return false
        }
    }

    /// Whether another table is appended to a row because its file lacked a final line end: then a cell contains a
    /// byte-order mark, and column names follow.
    func isFollowedByOtherTable(_ reader: RecordReader) -> Bool {
        guard reader.fieldCount > header.names.count, Self.markIndex(in: reader.raw) != nil else { return false }
        for index in 0..<reader.fieldCount {
            let field = reader.field(index)
            guard let mark = Self.markIndex(in: field) else { continue }
            let name = Cell(UnsafeBufferPointer(rebasing: field[mark...])).visibleText
            let names = [name] + (index + 1..<reader.fieldCount).map { Cell(reader.field($0)).visibleText }
            if case .otherTable = kind(ofNames: names) { return true }
        }
        return false
    }

    /// What kind of header the names are; nil if they are not one.
    private func kind(ofNames names: [String]) -> Kind? {
        var other = Header(names, map: map)
        other.shared = header.shared
        // A single name is too little for a header, unless this header has only that one.
        guard other.missing.isEmpty, other.places.count > 1 || other.places == named.places else { return nil }
        return other.places == named.places ? .noDecision(.repeatedHeader) : .otherTable
    }

    private static func markIndex(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        bytes.indices.dropLast(2).first { bytes[$0] == 0xEF && bytes[$0 + 1] == 0xBB && bytes[$0 + 2] == 0xBF }
    }

    private static let totals: Set<String> = ["total", "totals", "subtotal", "sum", "count", "grand", "average"]
}

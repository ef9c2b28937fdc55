/// Where a record is: for people, who see rows in a spreadsheet program, and for programs, which see lines of a file.
package struct RowPlace: Sendable, Hashable, CustomStringConvertible {
    /// The row in which a spreadsheet program shows it, counted from 1 at the top of the file: each record is one, also a
    /// blank one, however many lines its cells span. Nil in journals from before rows were counted.
    package let row: Int?
    /// The line of the file on which it begins, counted from 1.
    package let line: Int

    package init(row: Int?, line: Int) {
        self.row = row
        self.line = line
    }

    /// `row 22`: what to look for in a spreadsheet program.
    package var description: String { row.map { "row \($0)" } ?? "line \(line)" }

    /// `row 22 (line 25 of the file)`, where the two differ: for what only a text editor shows.
    package var inFile: String { row == nil || row == line ? description : "\(description) (line \(line) of the file)" }
}

/// The characters that may separate cells.
package enum Delimiter {
    /// In the order to try them: comma, semicolon, tab, vertical bar.
    package static let all: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

    /// Its name in messages.
    package static func name(_ byte: UInt8) -> String {
        switch byte {
        case 0x2C: "comma"
        case 0x3B: "semicolon"
        case 0x09: "tab"
        default: "vertical bar"
        }
    }

    /// The delimiter stated by a first line such as `sep=;`, with or without quotes around it and byte-order marks
    /// before it. Spreadsheet programs do not show such a line.
    package static func stated(by record: UnsafeBufferPointer<UInt8>) -> UInt8? {
        let line = record.drop { [0x22, 0xEF, 0xBB, 0xBF].contains($0) }
        guard line.count >= 5, line.prefix(3).map({ $0 | 0x20 }) == Array("sep".utf8),
            line[line.startIndex + 3] == 0x3D
        else { return nil }
        let stated = line[line.startIndex + 4]
        return all.contains(stated) ? stated : nil
    }
}

/// The cells of a well-formed record.
package struct RecordCells {
    package let cells: [String]

    package init(_ record: some Sequence<UInt8>, delimiter: UInt8) {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var wasQuote = false
        for byte in record {
            if byte == 0x22 {
                // Within quotes, two of them are one.
                if !isQuoted, wasQuote { cell.append(byte) }
                isQuoted.toggle()
                wasQuote = !isQuoted
                continue
            }
            wasQuote = false
            if byte == delimiter, !isQuoted {
                cells.append(String(decoding: cell, as: UTF8.self))
                cell.removeAll(keepingCapacity: true)
            } else {
                cell.append(byte)
            }
        }
        self.cells = cells + [String(decoding: cell, as: UTF8.self)]
    }

    /// The cell at a place; empty if the record has none there.
    package subscript(_ place: Int) -> String { cells.indices.contains(place) ? cells[place] : "" }
}

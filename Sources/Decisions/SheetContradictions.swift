import Spreadsheet

/// Finds registrants about whom several sheets decide differently: each sheet counts more than those before it. Memory
/// grows with what is found, not with the sheets.
package struct SheetContradictions {
    /// A row of one of the sheets.
    package struct Place: Sendable, Hashable {
        /// Which sheet, in the order in which they were added, from 0.
        package let sheet: Int
        /// Its number among the rows under the header.
        package let number: Int
        /// The row in which a spreadsheet program shows it.
        package let row: Int
        package let action: Action
    }

    /// A row that does not count, because a row of a later sheet decides otherwise about the same registrant.
    package struct Finding: Sendable, Hashable {
        package let overruled: Place
        package let winner: Place
    }

    private var entries: ExternalSorter
    /// How many rows come before each sheet.
    private var starts: [Int] = []
    private var rows = 0

    /// - Parameter bound: How many keys are held in memory before they go to temporary files; tests make it small.
    package init(inMemory bound: Int = 1 << 18) {
        entries = ExternalSorter(bound: bound)
    }

    /// Adds the rows of a sheet that would be sent.
    ///
    /// - Throws: `SpreadsheetError`; then the sheet takes no part, or only with its first rows.
    package mutating func add(_ sheet: DecisionSheet) throws {
        let start = rows
        starts.append(start)
        try sheet.forEachSettledRow { row, overlap in
            rows = start + row.number
            guard case .decision(let target, let action) = row.verdict, overlap == nil else { return }
            func add(_ field: RegistrantKey.Field, _ value: UnsafeBufferPointer<UInt8>, hasOther: Bool) throws {
                try entries.add(
                    KeyEntry(
                        sheet.key(field, value, target: target),
                        row: rows,
                        sheetRow: row.place.row ?? 0,
                        action: action,
                        isEmail: field == .email,
                        hasOther: hasOther
                    )
                )
            }
            if !row.registrant.isEmpty { try add(.id, row.registrant, hasOther: !row.email.isEmpty) }
            if !row.email.isEmpty { try add(.email, row.email, hasOther: !row.registrant.isEmpty) }
        }
    }

    /// What was found, in the order of the rows that do not count.
    ///
    /// - Throws: `SpreadsheetError` if temporary files can't be read.
    package mutating func finish() throws -> [Finding] {
        let starts = starts
        func sheet(_ entry: KeyEntry) -> Int { Self.sheet(of: entry.row, starts) }
        var found: [Int: (overruled: KeyEntry, winner: KeyEntry)] = [:]
        try entries.forEachRun { run in
            guard let last = run.last, sheet(last) != run.first.map(sheet) else { return }
            for entry in run where entry.action != last.action && sheet(entry) < sheet(last) {
                // Ids tell people apart: an address that two of them share makes them no contradiction.
                if entry.isEmail, entry.hasOther, last.hasOther { continue }
                if let known = found[entry.row], known.winner.row >= last.row { continue }
                found[entry.row] = (entry, last)
            }
        }
        return found.sorted { $0.key < $1.key }.map { _, rows in
            Finding(overruled: place(of: rows.overruled), winner: place(of: rows.winner))
        }
    }

    /// Which sheet holds a row.
    private static func sheet(of row: Int, _ starts: [Int]) -> Int {
        // The last sheet that starts before the row.
        var range = starts.indices
        while range.count > 1 {
            let middle = range.lowerBound + range.count / 2
            range = starts[middle] < row ? middle..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    private func place(of entry: KeyEntry) -> Place {
        let sheet = Self.sheet(of: entry.row, starts)
        return Place(
            sheet: sheet,
            number: entry.row - starts[sheet],
            row: entry.sheetRow,
            action: Action.allCases[Int(entry.action)]
        )
    }
}

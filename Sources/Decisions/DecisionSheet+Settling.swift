/// What another row of the file means for a row.
package struct SettledOverlap {
    package let kind: DuplicateFinder.Overlap.Kind
    /// Where a spreadsheet program shows the other row.
    package let otherSheetRow: Int
}

extension DecisionSheet {
    /// Hands out every row in file order, with what other rows of the file mean for it; nil where nothing. Reads the file
    /// twice, and once more where lines and rows are not the same and rows overlap.
    ///
    /// - Throws: `SpreadsheetError` where the file can't be read to its end, before any row is handed out; or what `body`
    ///   throws.
    package func forEachSettledRow(_ body: (DecisionRow, SettledOverlap?) throws -> Void) throws {
        var finder = DuplicateFinder()
        // How far rows lag behind lines: the same everywhere, unless a cell goes on over several lines.
        var lags: Set<Int> = []
        try forEachRow { row in
            if lags.count < 2 { lags.insert(row.line - row.sheetRow) }
            try finder.add(row, of: self)
        }
        let overlaps = try finder.finish(policy: options.onConflict) { _, _ in }
        var sheetRows: [Int: Int] = [:]
        if lags.count > 1, !overlaps.isEmpty {
            let others = Set(overlaps.map(\.other))
            try forEachRow { row in if others.contains(row.number) { sheetRows[row.number] = row.sheetRow } }
        }
        var rest = overlaps[...]
        try forEachRow { row in
            guard rest.first?.row == row.number, let overlap = rest.popFirst() else { return try body(row, nil) }
            let other = sheetRows[overlap.other] ?? overlap.otherLine - (lags.first ?? 0)
            try body(row, SettledOverlap(kind: overlap.kind, otherSheetRow: other))
        }
    }
}

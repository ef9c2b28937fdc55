extension DecisionSheet {
    /// Hands out every row in file order, with what other rows of the file mean for it; nil where nothing. Reads the file
    /// twice.
    ///
    /// - Throws: `SpreadsheetError` where the file can't be read to its end, before any row is handed out; or what `body`
    ///   throws.
    public func forEachSettledRow(_ body: (DecisionRow, DuplicateFinder.Overlap?) throws -> Void) throws {
        var finder = DuplicateFinder()
        try forEachRow { row in try finder.add(row, of: self) }
        var overlaps = try finder.finish(policy: options.onConflict) { _, _ in }[...]
        try forEachRow { row in
            try body(row, overlaps.first?.row == row.number ? overlaps.popFirst() : nil)
        }
    }
}

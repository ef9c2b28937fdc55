import Files

/// Finds the spreadsheets in a directory.
package enum SpreadsheetFinder {
    /// The files of a directory that people meant to be read, by name; nil where `path` is no directory.
    ///
    /// Conflict copies and workbooks are among them: to pass them over in silence would lose their decisions. Which they are
    /// tells `SpreadsheetName`, and what is wrong with them the reader.
    package static func spreadsheets(in path: String) -> [String]? {
        guard let all = try? Directory.names(in: path) else { return nil }
        let names = all.filter { [.spreadsheet, .conflictCopy].contains(SpreadsheetName($0)) }
        let base = path.hasSuffix("/") ? path : path + "/"
        return names.sorted { PathKey($0) < PathKey($1) }.map { base + $0 }
    }
}

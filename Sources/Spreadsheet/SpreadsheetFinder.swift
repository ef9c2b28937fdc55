internal import Glibc

/// Finds the spreadsheets in a directory.
public enum SpreadsheetFinder {
    /// The files of a directory that people meant to be read, by name; nil where `path` is no directory.
    ///
    /// Conflict copies and workbooks are among them: to pass them over in silence would lose their decisions. Which they are
    /// tells `SpreadsheetName`, and what is wrong with them the reader.
    public static func spreadsheets(in path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if [.spreadsheet, .conflictCopy].contains(SpreadsheetName(name)) { names.append(name) }
        }
        let base = path.hasSuffix("/") ? path : path + "/"
        return names.sorted().map { base + $0 }
    }
}

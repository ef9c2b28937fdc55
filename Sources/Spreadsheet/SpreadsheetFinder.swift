internal import Glibc

/// Finds the spreadsheets in a directory.
public enum SpreadsheetFinder {
    /// The `*.csv` files of a directory by name, without results files, hidden files and those that programs make for
    /// themselves while a file is open; nil where `path` is no directory.
    public static func spreadsheets(in path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if isSpreadsheet(name) { names.append(name) }
        }
        let base = path.hasSuffix("/") ? path : path + "/"
        return names.sorted().map { base + $0 }
    }

    /// Whether a file of that name is a spreadsheet that people meant to leave there.
    static func isSpreadsheet(_ name: String) -> Bool {
        let lowercased = name.lowercased()
        guard lowercased.hasSuffix(".csv"), !lowercased.hasSuffix(".results.csv") else { return false }
        return !name.hasPrefix(".") && !name.hasPrefix("~$") && !name.hasPrefix("#")
    }
}

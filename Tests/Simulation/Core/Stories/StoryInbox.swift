import FoundationEssentials
import Glibc
import Spreadsheet

/// The spreadsheets of a story: real files in a directory, changed as people change them.
struct StoryInbox {
    struct File {
        let name: String
        var rows: [StoryRow]
        /// Its earlier contents.
        var earlier: [[StoryRow]] = []
        /// When it was changed, which decides the order of reading; renaming does not count.
        var changed: Int
    }

    /// In the order of their changes.
    private(set) var files: [File] = []
    /// Names of files that were deleted.
    private(set) var deleted: [String] = []
    /// The former names of renamed files.
    private(set) var left: [String] = []
    private let directory: String
    private let trash: String
    private var changes = 0
    private var thrownAway = 0

    init(in parent: String) throws {
        directory = parent + "/inbox"
        // Deleted files move there, so that no other file gets their number.
        trash = parent + "/trash"
        for path in [directory, trash] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    subscript(name: String) -> File? { files.first { $0.name == name } }

    /// The content of each file name.
    var contents: [String: [StoryRow]] { Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.rows) }) }

    /// Saves a new spreadsheet, or overwrites an old one in place.
    mutating func write(_ name: String, _ rows: [StoryRow]) throws {
        try Data(rows.csv.utf8).write(to: URL(fileURLWithPath: path(name)))
        var file = self[name] ?? File(name: name, rows: rows, changed: 0)
        if file.rows != rows { file.earlier.append(file.rows) }
        file.rows = rows
        changes += 1
        file.changed = changes
        put(file, replacing: name)
    }

    /// Saves like programs that write a new file and give it the old one's name.
    mutating func replace(_ name: String, _ rows: [StoryRow]) throws {
        guard link(path(name), trashPath()) == 0 else { throw StateChecker.Broken(rule: "\(name) can't be linked") }
        let new = path(name) + ".new"
        try Data(rows.csv.utf8).write(to: URL(fileURLWithPath: new))
        guard Glibc.rename(new, path(name)) == 0 else { throw StateChecker.Broken(rule: "\(name) can't be replaced") }
        try write(name, rows)
    }

    mutating func rename(_ old: String, to new: String) throws {
        guard let file = self[old], Glibc.rename(path(old), path(new)) == 0 else {
            throw StateChecker.Broken(rule: "\(old) can't be renamed")
        }
        put(File(name: new, rows: file.rows, earlier: file.earlier, changed: file.changed), replacing: old)
        left.append(old)
    }

    mutating func copy(_ old: String, to new: String) throws {
        guard let file = self[old] else { throw StateChecker.Broken(rule: "\(old) can't be copied") }
        try write(new, file.rows)
    }

    mutating func delete(_ name: String) throws {
        guard Glibc.rename(path(name), trashPath()) == 0 else {
            throw StateChecker.Broken(rule: "\(name) can't be deleted")
        }
        files.removeAll { $0.name == name }
        deleted.append(name)
    }

    func open(_ name: String) throws -> SpreadsheetSource { try SpreadsheetSource(path: path(name)) }

    /// What stays the same when a file is renamed.
    func number(of name: String) throws -> UInt64 {
        var status = stat()
        guard stat(path(name), &status) == 0 else { throw StateChecker.Broken(rule: "\(name) is missing") }
        return UInt64(status.st_ino)
    }

    private mutating func put(_ file: File, replacing name: String) {
        files.removeAll { $0.name == name || $0.name == file.name }
        files.insert(file, at: files.firstIndex { $0.changed > file.changed } ?? files.endIndex)
        deleted.removeAll { $0 == file.name }
        left.removeAll { $0 == file.name }
    }

    private func path(_ name: String) -> String { "\(directory)/\(name)" }

    private mutating func trashPath() -> String {
        thrownAway += 1
        return "\(trash)/\(thrownAway)"
    }
}

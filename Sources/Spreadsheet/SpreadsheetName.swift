package import Files
import Glibc

/// What a file's name alone says about it.
package enum SpreadsheetName: Sendable, Hashable {
    /// A spreadsheet, or something that looks like one: the reader finds out, and says so.
    case spreadsheet
    /// Usher's results, in the form of a spreadsheet: not meant to be read, unless a person has corrected them and put
    /// them where Usher writes none.
    case results
    /// A program's own: locks, temporary files, unfinished transfers, Usher's pages. Not meant to be read.
    case programs
    /// A copy that a synchronizing program made because two people had changed a file. It is unclear which one counts.
    case conflictCopy
    /// Something else that a person put there.
    case other

    /// Why a conflict copy is refused, and what to do.
    package static let conflictAdvice = """
        This is a conflict copy: two people had changed the file, and Usher can't know who is right. Put into the file itself \
        what is meant, and remove this copy.
        """

    /// What is read, and workbooks, which are refused with advice: a person who leaves one there means it to be read.
    private static let spreadsheets = [".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".ods", ".numbers"]
    /// Unfinished: Syncthing and many others, Dropbox, Windows' and browsers' downloads, WinSCP, editors.
    private static let unfinished = [
        ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".lock", ".lck", ".swp", ".swx",
        ".bak", "~",
    ]

    package init(_ name: String) {
        let name = name.lowercased()
        // A leading dot marks hidden files: LibreOffice's `.~lock.a.csv#`, rsync's `.a.csv.Qx81Zp`,
        // `.syncthing.a.csv.tmp`, `._a.csv` of macOS, `.nfs…`. A tilde begins Excel's `~$a.csv` and Syncthing's
        // `~syncthing~a.csv.tmp` on Windows.
        if name.hasPrefix(".") || name.hasPrefix("~") || name.hasPrefix("#") && name.hasSuffix("#")
            || Self.unfinished.contains(where: name.hasSuffix) || Self.endsAsPage(name)
            || ["desktop.ini", "thumbs.db", ResultsFormat.notTaken].contains(name)
        {
            self = .programs
        } else if [ResultsFormat.resultsSuffix, ".results.tsv"].contains(where: name.hasSuffix) {
            self = .results
        } else if !Self.spreadsheets.contains(where: name.hasSuffix) {
            self = .other
        } else if name.contains(".sync-conflict-") || name.contains("conflicted copy") {
            self = .conflictCopy
        } else {
            self = .spreadsheet
        }
    }

    /// Pages that Usher writes, and similar names that people give to its output in other formats.
    private static func endsAsPage(_ name: String) -> Bool {
        [
            ".results.json", ResultsFormat.reportSuffix, ".report.json", ".report.txt", ResultsFormat.checkSuffix,
        ].contains(where: name.hasSuffix)
    }
}

/// The order in which the files of a directory count: of two that decide about one registrant, the later one wins.
package struct FileOrder: Sendable, Hashable, Comparable {
    /// When its content last changed, in seconds since 1970.
    package let modified: Double
    /// Of files changed at the same moment, the name decides.
    package let name: PathKey

    package init(modified: Double, name: String) {
        self.modified = modified
        self.name = PathKey(name)
    }

    init(_ status: stat, name: String) {
        self.init(modified: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9, name: name)
    }

    package static func < (one: FileOrder, other: FileOrder) -> Bool {
        (one.modified, one.name) < (other.modified, other.name)
    }
}

/// Finds the spreadsheets in a directory.
package enum SpreadsheetFinder {
    /// The files of a directory that people meant to be read, in the order in which they count; nil if `path` is not a directory.
    ///
    /// Includes conflict copies and workbooks: passing over them silently would lose their decisions. `SpreadsheetName`
    /// identifies them, and the reader says what is wrong with them.
    package static func spreadsheets(in path: String) -> [String]? {
        guard let all = try? Directory.names(in: path) else { return nil }
        let names = all.filter { [.spreadsheet, .conflictCopy].contains(SpreadsheetName($0)) }
        let base = path.hasSuffix("/") ? path : path + "/"
        let files = names.map { name in
            var status = stat()
            let isThere = stat(base + name, &status) == 0
            return (name: name, order: isThere ? FileOrder(status, name: name) : FileOrder(modified: 0, name: name))
        }
        return files.sorted { $0.order < $1.order }.map { base + $0.name }
    }
}

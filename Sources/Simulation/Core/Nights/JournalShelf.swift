import FoundationEssentials
import Journal
import Spreadsheet

/// Real journals in a directory that is thrown away: the one in use, and before it those of runs that were killed.
final class JournalShelf {
    private let directory: URL
    private var generation = 0

    /// In memory where the system offers files there: nothing here needs to outlive this process.
    init() throws {
        let memory = "/dev/shm"
        let parent =
            FileManager.default.isWritableFile(atPath: memory)
            ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
        directory = parent.appending(path: "usher-simulation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    var directoryPath: String { directory.path }

    var path: String { directory.appending(path: "journal-\(generation).db").path }

    func open() throws -> Journal { try Journal(path: path) }

    /// The files as they are at this moment are what a killed process leaves behind. From now on they are in use.
    func kill() throws {
        let old = path
        generation += 1
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: old + suffix) {
            try FileManager.default.copyItem(atPath: old + suffix, toPath: path + suffix)
        }
    }

    func save(_ sheet: Sheet, as name: String) throws -> SpreadsheetSource {
        let file = directory.appending(path: name)
        try Data(sheet.csv.utf8).write(to: file)
        return try SpreadsheetSource(path: file.path)
    }
}

package import FoundationEssentials
package import Journal
import Spreadsheet

/// The page beside a results file that reports on the spreadsheet.
package enum ReportFile {
    /// The path of a spreadsheet's report, given its results file: `list.csv.results.csv` has `list.csv.report.html`.
    package static func path(besideResults path: String) -> String {
        let suffix = ResultsFormat.resultsSuffix
        return (path.hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : path) + ResultsFormat.reportSuffix
    }

    /// Writes the report of a job at the end of a run, in one step.
    ///
    /// - Parameters:
    ///   - path: Where to write it.
    ///   - input: The file whose group and mode it gets.
    ///   - followsLink: Whether its directory's name may be a symbolic link.
    /// - Throws: `FileError` or `JournalError`.
    package static func write(
        of job: JobSummary,
        in reader: JournalReader,
        to path: String,
        permissionsOf input: String?,
        followsLink: Bool = true,
        version: String,
        zone: ReaderZone,
        at now: Date = Date()
    ) throws {
        let report = try Report(of: job, in: reader, at: now, zone: zone, isFinal: true)
        let text = ReportHTML(report, version: version).text
        try write(text, to: path, permissionsOf: input, followsLink: followsLink)
    }

    /// Why no file can be written to `path`, as far as that is known before anything is sent; nil if nothing is in the
    /// way.
    package static func obstacle(at path: String, followsLink: Bool) -> FileError? {
        AtomicFile.obstacle(at: path, followsLink: followsLink).map { FileError(path: path, $0) }
    }

    /// Writes any text in one step, so that readers never see half of it.
    ///
    /// - Throws: `FileError`.
    package static func write(
        _ text: String,
        to path: String,
        permissionsOf model: String?,
        followsLink: Bool = true
    ) throws(FileError) {
        try write(text, to: path, permissionsOf: model, followsLink: followsLink, isPublic: false, as: .report)
    }

    /// The same for what a check found.
    ///
    /// - Throws: `FileError`.
    package static func write(
        _ page: CheckHTML,
        to path: String,
        permissionsOf model: String?,
        followsLink: Bool = true
    ) throws(FileError) {
        try write(page.text, to: path, permissionsOf: model, followsLink: followsLink, isPublic: false, as: .check)
    }

    /// The same for metrics, which everyone on this machine may read.
    ///
    /// - Throws: `FileError`.
    package static func write(_ text: String, to path: String, isPublic: Bool) throws(FileError) {
        try write(text, to: path, permissionsOf: nil, followsLink: true, isPublic: isPublic, as: .figures)
    }

    private static func write(
        _ text: String,
        to path: String,
        permissionsOf model: String?,
        followsLink: Bool,
        isPublic: Bool,
        as content: FileError.Content
    ) throws(FileError) {
        do throws(FileError) {
            var file = try AtomicFile(path: path, permissionsOf: model, followsLink: followsLink)
            try file.write(text.utf8)
            if isPublic { file.letEverybodyRead() }
            try file.finish()
        } catch {
            var told = error
            told.content = content
            throw told
        }
    }
}

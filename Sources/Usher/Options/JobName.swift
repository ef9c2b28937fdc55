import ArgumentParser
import Decisions
import Files
import FoundationEssentials
import Glibc
import Journal
import Reporting
import Spreadsheet

/// A job on the command line: by its number, or by its spreadsheet's name.
struct JobName: ExpressibleByArgument, Sendable, Hashable {
    let text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    static var defaultCompletionKind: CompletionKind { .file() }

    static let help = "A spreadsheet's name, or the number of a job, as `usher status` shows it."

    /// All jobs that are meant, oldest first: one for a number, one for each version of a spreadsheet.
    ///
    /// - Throws: `UsherError` or `JournalError` if there is none.
    func jobs(in reader: JournalReader) throws -> [JobSummary] {
        let jobs = try reader.jobs()
        let number = Int64(text).map(JobID.init(rawValue:))
        if let number, let job = jobs.first(where: { $0.id == number }) { return [job] }
        // A spreadsheet may have a number for its name.
        let found = named(in: jobs)
        guard found.isEmpty else { return found }
        if let number { throw JournalError.noSuchJob(number) }
        let nearest = NearestName.to(Directory.name(of: text), among: jobs.map { Directory.name(of: $0.name) })
        throw UsherError.usage(
            """
            No spreadsheet "\(text.excerpt(60))" is in this journal.\(nearest.map { " Is \"\($0)\" meant?" } ?? "") \
            `usher status` lists what is.
            """
        )
    }

    /// The job that is meant: of several versions of a spreadsheet the newest to which the command applies, which is
    /// said then.
    ///
    /// - Parameters:
    ///   - what: What it applies to, to end a sentence: "with anything left to send".
    ///   - say: Gets the sentence.
    /// - Throws: `UsherError` or `JournalError` if there is none.
    func job(
        in reader: JournalReader,
        _ what: String = "",
        say: (String) -> Void = Output.note,
        where applies: (JobSummary) -> Bool = { _ in true }
    ) throws -> JobSummary {
        let found = try jobs(in: reader)
        let chosen = found.last(where: applies) ?? found[found.count - 1]
        guard found.count > 1 else { return chosen }
        let isNewest = chosen.id == found[found.count - 1].id
        say(
            """
            \(Directory.name(of: chosen.name)) was read as jobs \(Self.list(found.map(\.id))). This is job \(chosen.id), the newest\
            \(isNewest ? "" : " \(what)").
            """
        )
        return chosen
    }

    private static func list(_ ids: [JobID]) -> String {
        let words = ids.map(\.description)
        return words.count > 1
            ? "\(words.dropLast().joined(separator: ", ")) and \(words[words.count - 1])" : words.joined()
    }

    /// The jobs of spreadsheets with this name; with a path only those of that file, if it was ever there.
    func named(in jobs: [JobSummary]) -> [JobSummary] {
        // A results file or a report is a name for its spreadsheet, too.
        for name in [text] + Self.suffixes.filter(text.hasSuffix).map({ String(text.dropLast($0.count)) }) {
            let base = Directory.name(of: name)
            let found = jobs.filter { Directory.name(of: $0.name) == base }
            guard name.contains("/") else {
                guard found.isEmpty else { return found }
                continue
            }
            let path = Self.absolute(name)
            let exact = found.filter { $0.path == path }
            if !exact.isEmpty { return exact }
        }
        return []
    }

    private static let suffixes = [ResultsFormat.resultsSuffix, ResultsFormat.reportSuffix]

    /// A path as the journal has it: absolute, with links resolved where there is a file.
    private static func absolute(_ path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        return path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }
}

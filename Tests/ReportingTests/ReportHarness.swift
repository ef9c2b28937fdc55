import Decisions
import Foundation
import Journal
import Reporting
import Spreadsheet
import Testing

/// A journal in a directory of its own, with one spreadsheet after another, and what Zoom said to each batch.
final class ReportHarness {
    let directory: URL
    let path: String
    private(set) var journal: Journal?
    /// The moment that everything goes by; each request takes it on a little.
    private(set) var now = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "usher-reporting-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        path = directory.appending(path: "journal.db").path
        journal = try Journal(path: path)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func close() { journal = nil }

    /// What Zoom says to a batch.
    struct Answer {
        var attempt: Attempt
        var verdict: BatchResult
    }

    /// Journals a spreadsheet, and answers each of its batches in order.
    @discardableResult
    func take(
        _ name: String = "list.csv",
        _ content: String,
        _ answer: (OpenBatch, Date) -> Answer?
    ) async throws -> JobID {
        let file = directory.appending(path: name).path
        try content.write(toFile: file, atomically: true, encoding: .utf8)
        let journal = try #require(journal)
        let job = try await journal.ingest(SpreadsheetSource(path: file), options: IngestOptions(), at: now).job
        for batch in try await journal.openBatches(of: [job]) {
            guard let answer = answer(batch, now) else { continue }
            _ = try await journal.begin([batch.id], at: now)
            now += 0.25
            _ = try await journal.settle(batch.id, answer.verdict, after: answer.attempt, at: now)
        }
        return job
    }

    /// A night with every kind of row in it, and with cells that mean harm.
    @discardableResult
    func everything() async throws -> JobID {
        let journal = try #require(journal)
        let start = try await journal.beginRun(allowedRate: 20, at: now)
        let job = try await take("every <b>kind & 'more'.csv", Self.everyKind) { batch, now in
            let duration = Duration.milliseconds(40 + 3 * batch.rows)
            func attempt(_ status: Int?, _ code: Int? = nil, cause: String? = nil) -> Attempt {
                Attempt(
                    startedAt: now,
                    duration: duration,
                    status: status,
                    code: code,
                    trackingID: "v=2.0;track-\(batch.id)",
                    cause: cause
                )
            }
            return switch batch.target.id.description.last {
            case "1": Answer(attempt: attempt(204), verdict: .applied)
            case "2":
                Answer(
                    attempt: attempt(300, 300),
                    verdict: .failed(
                        reason: """
                            Registration is not switched on for this meeting. Switch it on in Zoom, then run the file again. \
                            (HTTP 300, code 300: <img src=x onerror=alert(1)> is (not) set)
                            """
                    )
                )
            case "3":
                Answer(
                    attempt: attempt(429, 429),
                    verdict: .deferred(until: now + 40_000, reason: "the account's requests of today are spent")
                )
            default: Answer(attempt: attempt(nil, cause: "timeout"), verdict: .pending(reason: "Zoom can't be reached"))
            }
        }
        try await journal.endRun(start, exitCode: 75, at: now)
        return job
    }

    static let longName = String(repeating: "Wolfeschlegelsteinhausenbergerdorff", count: 9)

    static let everyKind: String = {
        var lines = ["Meeting,Email,Action,Name"]
        for row in 1...40 {
            lines.append("84512093371,guest.\(row)@example.org,\(row % 3 == 0 ? "deny" : "approve"),Guest \(row)")
        }
        lines += [
            "84512093372,alert@example.org,approve,<script>alert('x')</script>",
            "84512093372,bidi@example.org,approve,\u{202E}gnp.exe\u{202C} and \u{200F}עברית",
            "84512093372,long@example.org,approve,\(longName)",
            "84512093373,later@example.org,approve,Robin 🦊 Vale",
            "84512093374,silent@example.org,cancel,王 小明",
            "8.45E+10,mangled@example.org,approve,\"a \"\"quoted\"\" & broken\nname\"",
            "84512093371,nobody@example.org,perhaps,No Such Action",
            ",nowhere@example.org,approve,</td></table><h1>",
            "84512093371,undecided@example.org,,Undecided",
        ]
        return lines.joined(separator: "\r\n") + "\r\n"
    }()

    func reader() throws -> JournalReader { try JournalReader(path: path) }

    func report(of job: JobID) throws -> Report {
        let reader = try reader()
        return try Report(of: reader.job(job), in: reader, at: now)
    }
}

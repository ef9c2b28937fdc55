import Foundation
import Testing

@testable import Journal
@testable import Reporting

@Suite("Figures of runs")
struct FiguresTests {
    @Test("metrics name outcomes, the last run's requests by status, and the oldest deferred rows")
    func metrics() async throws {
        let night = try ReportHarness()
        try await night.everything()
        let text = try MetricsText(night.reader(), version: "1.2.3", at: night.now + 100).text
        for line in [
            "usher_info{version=\"1.2.3\"} 1", "usher_decisions{outcome=\"applied\"} 40",
            "usher_decisions{outcome=\"failed\"} 3", "usher_decisions{outcome=\"deferred\"} 1", "usher_jobs_open 1",
            "usher_last_run_exit_code 75", "usher_last_run_requests{status=\"204\"} 2",
            "usher_last_run_requests{status=\"none\"} 1", "usher_last_run_rate_limited_requests 1",
            "usher_last_run_duration_seconds 1.25",
        ] {
            #expect(text.split(separator: "\n").contains(Substring(line)), "\(line) is not in:\n\(text)")
        }
        #expect(text.contains("usher_oldest_deferred_age_seconds 101"))
        // No run has ended with 0 or 1 yet.
        #expect(!text.contains("usher_last_success_timestamp_seconds"))
    }

    @Test("promtool takes them", .enabled(if: Tool.promtool != nil, "promtool (Debian: prometheus) is not installed"))
    func promtool() async throws {
        let night = try ReportHarness()
        try await night.everything()
        let text = try MetricsText(night.reader(), version: "a \"b\" \\ c", at: night.now).text
        let result = try Tool.run(try #require(Tool.promtool), ["check", "metrics"], input: text)
        #expect(result.status == 0, "\(result.output)")
    }

    @Test("a notice holds numbers, and nothing about a person")
    func notice() async throws {
        let night = try ReportHarness()
        try await night.everything()
        let reader = try night.reader()
        let run = try #require(try reader.lastRun())
        let notice = RunNotice(run, jobs: try reader.jobs(), status: .workRemains, version: "1")
        let text = String(decoding: try notice.json(), as: UTF8.self)
        #expect(text.contains("\"rate_limited\":1"))
        #expect(text.contains("\"exit_code\":75"))
        #expect(text.contains("\"applied\":40"))
        #expect(!text.contains("@") && !text.contains("kind") && !text.contains("8451209"))
    }

    @Test("a night in which nothing happened is no news, unless something went wrong")
    func idle() async throws {
        let night = try ReportHarness()
        try await night.everything()
        try await night.idleRun(exitCode: 0)
        let reader = try night.reader()
        let run = try #require(try reader.lastRun())
        for status in ExitStatus.allCases {
            let isNews = RunNotice(run, jobs: [], status: status, version: "1").isNews
            #expect(isNews == ![.done, .workRemains].contains(status), "\(status)")
        }
        #expect(RunNotice(run, jobs: try reader.jobs(), status: .done, version: "1").isNews)
    }

    @Test("lists to decide are news in the night in which they change, whatever they cost")
    func lists() async throws {
        let night = try ReportHarness()
        try await night.everything()
        let run = try #require(try night.reader().lastRun())
        #expect(run.requests > 0)
        var lists = RunNotice.Lists()
        lists.lists = 2
        lists.registrations = 41
        #expect(!RunNotice(run, jobs: [], lists: lists, status: .done, version: "1").isNews)
        lists.isNews = true
        let notice = RunNotice(run, jobs: [], lists: lists, status: .done, version: "1")
        let text = String(decoding: try notice.json(), as: UTF8.self)
        #expect(notice.isNews && text.contains(" 41 registrations to decide. "), "\(text)")
        #expect(text.contains(#""to_decide":{"lists":2,"not_renewed":0,"registrations":41}"#), "\(text)")
        lists.notRenewed = 1
        let refused = try RunNotice(run, jobs: [], lists: lists, status: .someRefused, version: "1").json()
        let said = String(decoding: refused, as: UTF8.self)
        #expect(
            said.contains(" 1 list to decide could not be renewed: the run's log says why. Exit code 1.\""),
            "\(said)"
        )
    }

    @Test("a report for programs has the same figures")
    func json() async throws {
        let night = try ReportHarness()
        let job = try await night.everything()
        let text = try ReportJSON(night.report(of: job)).text()
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(root["needing_person"] as? Int == 6)
        #expect((root["rows"] as? [String: Int])?["applied"] == 40)
        let part = try #require((root["jobs"] as? [[String: Any]])?.first)
        let needs = try #require(part["needs"] as? [[String: Any]])
        #expect(needs.map { $0["outcome"] as? String } == ["failed", "rejected", "rejected", "rejected"])
        let rows = needs.map { ($0["listed"] as? [[String: Any]])?.compactMap { $0["row"] as? Int } }
        #expect(rows == [[42, 43, 44], [47], [48], [49]])
        #expect(
            (root["requests"] as? [String: Any])?["answers"] as? [String: Int] == [
                "204": 2, "300, code 300": 1, "429, code 429": 1, "no answer (timeout)": 1,
            ]
        )
    }

    @Test(
        "a report stands beside the results",
        arguments: [
            ("/in/list.csv.results.csv", "/in/list.csv.report.html"), ("odd", "odd.report.html"),
        ]
    )
    func path(results: String, report: String) {
        #expect(ReportFile.path(besideResults: results) == report)
    }

    @Test("the history has a line to a day, and says when requests went out")
    func history() {
        let day = Date(timeIntervalSince1970: 1_800_057_600)
        func run(_ id: Int64, at: Date, requests: Int, code: Int?) -> RunRecord {
            RunRecord(
                id: id,
                startedAt: at,
                endedAt: code == nil ? nil : at + 90,
                exitCode: code,
                allowedRate: 20,
                requests: requests,
                refusals: 2,
                applied: requests * 30,
                failed: 0,
                open: 7,
                firstAttempt: 1
            )
        }
        let runs = [
            run(1, at: day + 7_200, requests: 1_200, code: 75), run(2, at: day + 80_000, requests: 10, code: 0),
            run(3, at: day + 3 * 86_400, requests: 600, code: nil),
        ]
        let hours = [(day + 7_200, 1_200), (day + 79_200, 10), (day + 3 * 86_400, 600)]
        let lines = HistoryTable(runs, hours: hours).text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines[1]
                == "2027-01-16     2  3 min 0 s     1,210    4   36,300       0     7  75 0  |  █                   ▁ |"
        )
        #expect(lines[2].hasPrefix("2027-01-19     1        0 s       600"))
        #expect(lines[2].hasSuffix("-     |█                       |"))
        #expect(lines.last?.hasPrefix("applied   |█  ▄|  at most 36,300 a day") == true)
        #expect(HistoryTable([], hours: []).text.contains("No run was noted"))
    }

    @Test("what a run did that never noted its end is in the history, and not what the next one did")
    func cutOff() async throws {
        let night = try ReportHarness()
        let journal = try #require(night.journal)
        _ = try await journal.beginRun(allowedRate: nil, at: night.now)
        let list = { (meeting: String) in
            "Meeting,Email,Action\n" + (1...3).map { "\(meeting),guest.\($0)@example.org,approve\n" }.joined()
        }
        func answer(_ verdict: BatchResult) -> (OpenBatch, Date) -> ReportHarness.Answer? {
            { _, now in
                ReportHarness.Answer(
                    attempt: Attempt(startedAt: now, duration: .milliseconds(9), status: 204),
                    verdict: verdict
                )
            }
        }
        try await night.take("one.csv", list("84512093371"), answer(.applied))
        try await night.take("two.csv", list("84512093372"), answer(.failed(reason: "no")))
        _ = try await journal.beginRun(allowedRate: nil, at: night.now + 1)
        let runs = try night.reader().runs(since: .distantPast + 1)
        #expect(runs.map(\.applied) == [3, 0])
        #expect(runs.map(\.failed) == [3, 0])
        #expect(runs.map(\.requests) == [2, 0])
    }

    @Test("a bar is never shown for nothing, and never missing for a little")
    func sparkline() {
        #expect(Sparkline([0, 1, 500, 1_000]).text == " ▁▄█")
        #expect(Sparkline([0, 0]).text == "  ")
        #expect(Sparkline([0, 1, 1_000], isPlain: true).text == ".18")
        #expect(Sparkline([]).text.isEmpty)
    }

    @Test("a timeline has at most so many steps, and each request is in one")
    func timeline() async throws {
        let night = try ReportHarness()
        let job = try await night.everything()
        let timeline = try #require(try night.reader().timeline(of: RequestScope(job: job, since: .distantPast + 1)))
        #expect(timeline.steps.reduce(0) { $0 + $1.requests } == 5)
        #expect(timeline.steps.reduce(0) { $0 + $1.refusals } == 1)
        #expect(timeline.steps.reduce(0) { $0 + $1.troubles } == 2)
        #expect(timeline.seconds == 1)
    }

    @Test("watching ends with the run, and shows each look")
    func watch() async throws {
        let looks = Looks([LiveProgress(jobs: [], rate: 1), LiveProgress(jobs: [], rate: 2), nil])
        let watch = StatusWatch(look: { looks.next() }, show: { looks.show($0) }, wait: { looks.wait() })
        #expect(try await watch())
        #expect(looks.shown == [1, 2])
        #expect(looks.waits == 2)
        #expect(try await !StatusWatch(look: { nil }, show: { looks.show($0) }, wait: { looks.wait() })())
    }

    @Test("a row that was not sent because of a contradiction is listed as one that needs a person")
    func contradiction() async throws {
        let night = try ReportHarness()
        let job = try await night.take("list.csv", "Meeting,Email,Action\n84512093371,a@example.org,approve\n") {
            _,
            _ in nil
        }
        let journal = try #require(night.journal)
        let target = try #require(try await journal.openBatches(of: [job]).first?.target)
        let decision = try #require(try await journal.openDecisions(for: target, of: [job], at: night.now).first)
        try await journal.note([PreflightFinding(decision.id, .mismatched(reason: "two people"))], at: night.now)
        let text = ReportText(try night.report(of: job)).text
        #expect(text.contains("Two people.") && text.contains("row 2 (a@example.org)"), "\(text)")
    }

    @Test(
        "a report on a run that could not do what it was asked does not say that all is well",
        arguments: [
            (65, ["exit code 65", "usher explain 65"]), (1, ["a list to decide that it could not renew"]),
        ] as [(Int32, [String])]
    )
    func trouble(code: Int32, says: [String]) async throws {
        let night = try ReportHarness()
        let journal = try #require(night.journal)
        let run = try await journal.beginRun(allowedRate: nil, at: night.now)
        try await journal.endRun(run, exitCode: code, at: night.now + 1)
        let report = try night.textOfLastRun()
        for words in says { #expect(report.contains(words), "\(report)") }
        #expect(!report.contains("Nobody needs to do anything"))
    }

    @Test("another process sees who holds the journal, how far the jobs are and how fast it goes")
    func look() async throws {
        let night = try ReportHarness()
        try await night.everything()
        let journal = try #require(night.journal)
        _ = try await journal.beginRun(allowedRate: 20, at: night.now)
        #expect(try night.reader().holder == getpid())
        let progress = try #require(try ProgressReader(path: night.path).progress(at: night.now))
        #expect(progress.jobs.map(\.counts.rows) == [49])
        #expect(progress.allowedRate == 20)
        #expect(progress.rate > 0)
        #expect(progress.refusals == 0)
    }
}

/// What a watch is shown.
private final class Looks: @unchecked Sendable {
    private var rest: [LiveProgress?]
    private(set) var shown: [Double] = []
    private(set) var waits = 0

    init(_ looks: [LiveProgress?]) { rest = looks }

    func next() -> LiveProgress? { rest.removeFirst() }
    func show(_ progress: LiveProgress) { shown.append(progress.rate) }
    func wait() { waits += 1 }
}

/// Programs that tests use where they are installed.
enum Tool {
    static let promtool = find("promtool")
    static let chromium = find("chromium") ?? find("chromium-browser") ?? find("google-chrome")

    static func find(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func run(_ tool: String, _ arguments: [String], input: String = "") throws -> (status: Int32, output: String)
    {
        let process = Process()
        // A browser that hangs must not hang the tests.
        process.executableURL = URL(filePath: try #require(find("timeout")))
        process.arguments = ["60", tool] + arguments
        let output = Pipe()
        let fed = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = fed
        try process.run()
        fed.fileHandleForWriting.write(Data(input.utf8))
        try fed.fileHandleForWriting.close()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}

import Decisions
import Foundation
import Journal
import Testing

@testable import Reporting

/// A night after which much is to be mended: 300 rows in 12 meetings, 40 problems of six kinds.
extension ReportHarness {
    static let topics = [
        "Spring workshop", "Budget briefing", "Onboarding", "Safety training", "Town hall", "Design review",
        "Data protection basics", "First aid", "Leadership circle", "Open house", "Volunteer evening",
        "Annual assembly",
    ]

    static let badList: String = {
        let words = ["aproved", "yess", "perhaps", "maybe", "okey", "wait", "conf"]
        var lines = ["Topic,Meeting ID,Name,Email,Action"]
        for row in 0..<300 {
            var meeting = "845120933\(70 + row % 12)"
            var email = "guest.\(row)@example.org"
            var action = row % 27 == 4 ? "deny" : "approve"
            switch row {
            case 24..<31: meeting = "8.45E+10"
            case 36..<46: action = words[row % 7]
            case 48..<55: email = "guest.\(row)(at)example.org"
            case 60..<65: email = ""
            default: break
            }
            lines.append("\(topics[row % 12]),\(meeting),Guest No. \(row),\(email),\(action)")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// Zoom refuses a part of two meetings for one reason, of two for another, and defers all of one.
    @discardableResult
    func badNight(isOver: Bool = true) async throws -> JobID {
        let journal = try #require(journal)
        let start = try await journal.beginRun(allowedRate: 20, at: now)
        let job = try await take("guests.csv", Self.badList) { batch, now in
            func answer(_ status: Int, _ code: Int?, _ verdict: BatchResult) -> Answer {
                let attempt = Attempt(
                    startedAt: now,
                    duration: .milliseconds(90),
                    status: status,
                    code: code,
                    trackingID: "v=2.0;track-\(batch.id)"
                )
                return Answer(attempt: attempt, verdict: verdict)
            }
            let meeting = Int(batch.target.id.description.suffix(2)) ?? 0
            return switch (meeting, batch.action) {
            case (71, .deny), (74, .deny):
                answer(
                    300,
                    300,
                    .failed(
                        reason: """
                            Registration is not switched on for this meeting. Switch it on in Zoom, then run the file again. \
                            (HTTP 300, code 300: Registration has not been enabled for this meeting: \(batch.target.id).)
                            """
                    )
                )
            case (77, .deny), (80, .deny):
                answer(
                    404,
                    3_001,
                    .failed(reason: "Zoom does not know this meeting. (HTTP 404, code 3001: Meeting does not exist.)")
                )
            case (81, _):
                answer(
                    429,
                    429,
                    .deferred(until: now + 40_000, reason: "The account's 30,000 requests of today are spent.")
                )
            default: answer(204, nil, .applied)
            }
        }
        if isOver { try await journal.endRun(start, exitCode: 75, at: now) }
        return job
    }
}

@Suite("The report of a bad night")
struct BadNightTests {
    private func report(isFinal: Bool = false, zone: ReaderZone = .utc) async throws -> Report {
        let night = try ReportHarness()
        let job = try await night.badNight(isOver: !isFinal)
        let reader = try night.reader()
        return try Report(of: reader.job(job), in: reader, at: night.now, zone: zone, isFinal: isFinal)
    }

    @Test("rows of one reason come together, whatever their meetings, words and addresses")
    func byReason() async throws {
        let report = try await report()
        let needs = try #require(report.jobs.first.first?.needs)
        #expect(needs.count == 6)
        for beginning in [
            "Action: \"…\" is not a valid action", "Email: \"…\" is not an email address",
            "Meeting ID: \"8.45E+10\" is a number",
            "Registration is not switched on", "The row has neither", "Zoom does not know this meeting",
        ] {
            #expect(needs.contains { $0.reason.hasPrefix(beginning) }, "\(beginning)")
        }
        let refused = try #require(needs.first { $0.reason.hasPrefix("Registration") })
        #expect(refused.targets.count == 2 && refused.technical.count == 2 && refused.count == 5)
        #expect(needs.reduce(0) { $0 + $1.count } == 40)
        let words = try #require(needs.first { $0.reason.hasPrefix("Action") })
        #expect(
            words.rows.map(\.differing)
                == (36..<46).map { [["aproved", "yess", "perhaps", "maybe", "okey", "wait", "conf"][$0 % 7]] }
        )
        #expect(report.needingPerson == needs.reduce(0) { $0 + $1.count })
        #expect(
            words.rows.first.map { [$0.meeting, $0.row.text.topic, $0.row.text.name, $0.address] } == [
                "845 1209 3370", "Spring workshop", "Guest No. 36", "guest.36@example.org",
            ]
        )
    }

    @Test("each table says row, meeting with its topic, person, email and what was wanted; raw records are nowhere")
    func tables() async throws {
        let html = ReportHTML(try await report(), version: "1").text
        let page = Page(html)
        #expect(page.faults.isEmpty)
        let tables = html.components(separatedBy: "<table class=\"rows\">").dropFirst()
        #expect(tables.count == 6)
        let heads = tables.compactMap { $0.components(separatedBy: "</thead>").first }
        #expect(heads.allSatisfy { $0.contains("Meeting") && $0.contains("Topic") && $0.contains("Person") })
        #expect(html.contains("<h4>5 rows in <bdi>2 meetings</bdi>: <span class=\"wanting\">Zoom refused</span></h4>"))
        #expect(!html.contains("Guest No. 36,guest.36"))
    }

    @Test("meetings with most trouble come first, then by number, each with its topic")
    func order() async throws {
        let meetings = try #require(try await report().jobs.first.first?.meetings.first)
        let keys = meetings.map { (-$0.failed, -($0.deferred + $0.pending), $0.target.id.description) }
        #expect(keys.map(\.2) == keys.sorted { $0 < $1 }.map(\.2))
        #expect(meetings.first { $0.target.id.description == "84512093373" }?.topic == "Safety training")
    }

    @Test("a page written at the end of a run has nothing unfinished in it")
    func final() async throws {
        let html = ReportHTML(try await report(isFinal: true), version: "1").text
        #expect(!html.contains("so far") && !html.contains(">–<") && !html.contains("under way"))
        #expect(html.contains("This page was written at the end of the run that began at"))
    }

    @Test("times are the reader's, with UTC where the administrator looks")
    func zone() async throws {
        let html = ReportHTML(try await report(zone: ReaderZone { _ in (3_600, "CET") }), version: "1").text
        #expect(html.contains(">2027-01-15 09:00 CET</time>"))
        let parts = html.components(separatedBy: "Figures for the administrator")
        #expect(parts.count == 2 && !parts[0].contains(" UTC"))
        #expect(parts[1].contains(":00 CET</time> (08:00:00 UTC)"))
    }

    @Test("the drawing of requests ends where the run does")
    func axis() async throws {
        let report = try await report()
        let timeline = try #require(report.requests?.timeline)
        let html = ReportHTML(report, version: "1").text
        #expect(html.contains("viewBox=\"0 0 \(6 * timeline.steps.count) 100\""))
        #expect(html.contains(">\(ReadableTime(timeline.end, seconds: true).clock)</time></span>"))
    }

    @Test(
        "what differs from row to row is told apart from what does not",
        arguments: [
            (["row 7 decides otherwise", "row 12 decides otherwise"], "row … decides otherwise", [["7"], ["12"]]),
            (["sent after 00:00 UTC", "sent after 00:00 UTC"], "sent after 00:00 UTC", [[], []]),
            (
                ["it shows a@example.org.", "it shows b.c@example.org."], "it shows ….",
                [["a@example.org"], ["b.c@example.org"]]
            ),
            (
                ["on 2026-11-24 at most 8,988 of H2O", "on 2026-11-25 at most 10 of H2O"], "on … at most … of H2O",
                [["2026-11-24", "8,988"], ["2026-11-25", "10"]]
            ),
        ] as [([String], String, [[String]])]
    )
    func patterns(reasons: [String], shown: String, differing: [[String]]) {
        let parts = reasons.map(ReasonPattern.parts)
        #expect(Set(parts.map(\.pattern)).count == 1)
        let rows = parts.map(\.differing)
        let places = parts[0].pattern.differingPlaces(rows)
        #expect(parts[0].pattern.reason(rows) == shown)
        #expect(rows.map { row in places.map { row[$0] } } == differing)
    }

    @Test("numbers have one form")
    func numbers() {
        var counts = Counts()
        counts[.applied] = 8_988
        counts[.failed] = 12
        #expect(counts.words == "8,988 applied, 12 failed")
    }
}

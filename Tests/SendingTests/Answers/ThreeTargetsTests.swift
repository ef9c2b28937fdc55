import Decisions
import Testing
import ZoomModel

/// For each way in which Zoom refuses a target or a person: a run of ninety rows in three targets, of which one is refused.
@Suite("A refusal stops nobody else")
struct ThreeTargetsTests {
    /// A refusal, and what must come of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var kind = SandboxKind.meeting
        var refuse: Refusal?
        var isDisguised = false
        var answer: CannedAnswer?
        /// One of the thirty, refused alone.
        var person: PersonRefusal?
        /// The occurrence that the refused rows name, while there is another one.
        var occurrence = ""
        /// Where the number is a webinar's, and the rows say that it is a meeting's.
        var isWebinarsNumber = false
        var failed = 30
        var mostRequests = 1
        /// What staff are told to do.
        let advice: String

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "3161, host may not host", refuse: .mayNotHost, advice: "Give the host a licence in Zoom"),
        Case(name: "3035, webinar full", kind: .webinar, refuse: .full, advice: "Make room in it"),
        Case(name: "3038, webinar over", kind: .webinar, refuse: .over, advice: "This webinar is over"),
        Case(
            name: "3027, the host's own address",
            person: .host,
            failed: 1,
            mostRequests: 12,
            advice: "Take the row out of the spreadsheet"
        ),
        Case(name: "400 and 300, expired", refuse: .expired, advice: "or it is over. Check its number"),
        Case(
            name: "400 and 300, invalid webinar ID",
            kind: .webinar,
            refuse: .invalidNumber,
            advice: "whether it is a meeting's or a webinar's"
        ),
        Case(
            name: "HTTP 300, invalid webinar ID",
            kind: .webinar,
            refuse: .invalidNumber300,
            advice: "whether it is a meeting's or a webinar's"
        ),
        Case(name: "3000, a webinar's number", isWebinarsNumber: true, advice: "in a column \"Type\""),
        Case(name: "3000, no such occurrence", occurrence: "1700000000000", advice: "Check the occurrence id"),
        Case(
            name: "3000, registrant not found",
            person: .missing,
            failed: 1,
            mostRequests: 12,
            advice: "Check the id and the email"
        ),
        Case(
            name: "HTTP 200, webinar plan missing",
            kind: .webinar,
            refuse: .webinarPlan,
            isDisguised: true,
            advice: "Give the host a licence for webinars"
        ),
        Case(name: "HTTP 200, not the host", refuse: .notHost, isDisguised: true, advice: "Use the host's account"),
        Case(
            name: "HTTP 200, somebody is not found",
            answer: CannedAnswer(status: 200, code: 404, message: "Meeting or registrant not found.", times: 1),
            failed: 0,
            mostRequests: 12,
            advice: ""
        ),
        Case(name: "400 and 200, no permission", refuse: .noPermission, advice: "Check who hosts it"),
        Case(
            name: "400 and 200, webinar plan missing",
            kind: .webinar,
            refuse: .webinarPlan,
            advice: "Give the host a licence for webinars"
        ),
    ]

    private static let good = "84000000001"
    private static let webinar = "84000000002"
    private static let refused = "84000000003"

    @Test("the other targets are applied, and the results say what to do", arguments: cases)
    func refusal(of the: Case) async throws {
        let isWebinar = the.kind == .webinar || the.isWebinarsNumber
        let bad = SeedMeeting(
            id: Self.refused,
            refuse: the.refuse,
            answer: the.answer,
            occurrences: the.occurrence.isEmpty ? nil : ["1700600000000"],
            disguised: the.isDisguised,
            registrants: the.person.map { [SeedRegistrant(id: "r17", refuse: $0)] },
            open: true
        )
        let seed = Seed(
            meetings: [SeedMeeting(id: Self.good, open: true)] + (isWebinar ? [] : [bad]),
            webinars: [SeedMeeting(id: Self.webinar, open: true)] + (isWebinar ? [bad] : [])
        )
        let kind = the.isWebinarsNumber ? SandboxKind.meeting : the.kind
        var csv = "Meeting,Type,Occurrence,Registrant ID,Action\n"
        for number in 0..<30 {
            csv += "\(Self.refused),\(kind.rawValue),\(the.occurrence),r\(number),approve\n"
            csv += "\(Self.good),meeting,,r\(number),approve\n"
            csv += "\(Self.webinar),webinar,,r\(number),approve\n"
        }
        var run = SandboxRun()
        run.sandbox.seed = seed
        let report = try await run(csv)
        #expect(report.ending == .done)
        let outcomes = report.outcomes.enumerated()
        #expect(outcomes.allSatisfy { $0.offset % 3 == 0 || $0.element == .applied }, "\(report.counts)")
        #expect(report.outcomes.count { $0 == .failed } == the.failed, "\(report.counts)")
        #expect(report.outcomes.count == 90)
        if the.failed > 0 { #expect(report.reasons.contains { $0.contains(the.advice) }, "\(Set(report.reasons))") }
        let requests = report.updates.count { $0.target.id.description == Self.refused }
        #expect(requests <= the.mostRequests, "\(requests) requests")
    }

    @Test("the seats that cancels and denials free are taken by the approvals of the same spreadsheet")
    func seats() async throws {
        let seated = ["a", "b"].map { SeedRegistrant(id: $0, status: .approved) }
        let seed = Seed(
            webinars: [SeedMeeting(id: Self.webinar, capacity: 2, registrants: seated, open: true)]
        )
        let csv = """
            Webinar,Registrant ID,Action
            \(Self.webinar),c,approve
            \(Self.webinar),d,approve
            \(Self.webinar),a,cancel
            \(Self.webinar),b,deny
            """
        var run = SandboxRun()
        run.sandbox.seed = seed
        #expect(try await run(csv).outcomes == [.applied, .applied, .applied, .applied])
    }

    @Test("an approval beyond the seats is refused with Zoom's code for that")
    func noSeat() async throws {
        var run = SandboxRun()
        let seated = SeedRegistrant(id: "a", status: .approved)
        run.sandbox.seed = Seed(webinars: [
            SeedMeeting(id: Self.webinar, capacity: 1, registrants: [seated], open: true)
        ])
        let report = try await run("Webinar,Registrant ID,Action\n\(Self.webinar),e,approve\n")
        #expect(report.outcomes == [.failed] && report.codes == [3035])
    }

    @Test("another occurrence of the same meeting is applied where one does not exist")
    func occurrences() async throws {
        let seed = Seed(
            meetings: [SeedMeeting(id: Self.good, occurrences: ["1700600000000"], open: true)]
        )
        let csv = """
            Meeting,Occurrence,Registrant ID,Action
            \(Self.good),1700000000000,a,approve
            \(Self.good),1700600000000,b,approve
            """
        var run = SandboxRun()
        run.sandbox.seed = seed
        #expect(try await run(csv).outcomes == [.failed, .applied])
    }
}

import Testing
import ZoomModel

/// For each way in which Zoom refuses a target or a person: a run of ninety rows in three targets, of which one is refused.
@Suite("A refusal stops nobody else", .serialized)
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
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(seed: seed)
            let file = try place.write(csv, as: "decisions.csv")

            let run = try await place.usher("run", file, to: sandbox)

            #expect(run.code == (the.failed == 0 ? 0 : 1), "\(run.output)\(run.errors)")
            let results = try place.results(file)
            let outcomes = results["outcome"].enumerated()
            #expect(outcomes.allSatisfy { $0.offset % 3 == 0 || $0.element == "applied" }, "\(results.outcomes)")
            #expect(outcomes.count { $0.element == "failed" } == the.failed, "\(results.outcomes)")
            #expect(results.outcomes.values.reduce(0, +) == 90)
            if the.failed > 0 {
                #expect(results["reason"].contains { $0.contains(the.advice) }, "\(Set(results["reason"]))")
            }
            let requests = try sandbox.audit.updates().count { $0.target == Self.refused }
            #expect(requests <= the.mostRequests, "\(requests) requests")
        }
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
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(seed: seed)
            let file = try place.write(csv, as: "decisions.csv")
            let run = try await place.usher("run", file, to: sandbox)
            #expect(run.code == 0, "\(run.output)\(run.errors)")
            #expect(try place.results(file).outcomes == ["applied": 4])
            let full = try place.write("Webinar,Registrant ID,Action\n\(Self.webinar),e,approve\n", as: "more.csv")
            #expect(try await place.usher("run", full, to: sandbox).code == 1)
            #expect(try place.results(full)["zoom_code"] == ["3035"])
        }
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
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox(seed: seed)
            let file = try place.write(csv, as: "decisions.csv")
            let run = try await place.usher("run", file, to: sandbox)
            #expect(run.code == 1)
            #expect(try place.results(file)["outcome"] == ["failed", "applied"])
        }
    }
}

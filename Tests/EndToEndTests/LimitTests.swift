import Foundation
import Testing
import ZoomModel

@Suite("Zoom's limits")
struct LimitTests {
    @Test("a storm of 429 slows a run down and fails nothing")
    func storm() async throws {
        try await withWorkplace { place in
            // Another app leaves only a few of the account's 20 requests a second.
            let sandbox = try await place.startSandbox("--open", "--other-app-rate", "14")
            let sheet = Spreadsheet(decisions: 120, meetings: 8)
            let file = try place.write(sheet.csv, as: "decisions.csv")

            let run = try await place.usher("run", file, "--batch-size", "3", to: sandbox)

            #expect(run.code == 0, "\(run.errors)")
            #expect(try place.results(file).outcomes == ["applied": 120])
            let updates = try sandbox.audit.updates()
            let refused = updates.count { $0.status == 429 }
            #expect(refused > 0)
            #expect(refused < updates.count / 2, "\(refused) of \(updates.count) requests were refused")
            #expect(Set(updates.flatMap(\.done)) == sheet.deeds)
            #expect(updates.flatMap(\.done).count == 120, "a refused request did nothing, so nothing is done twice")
        }
    }

    @Test("a server that refuses everything is not hammered: the run ends with 75, and a later one does it all")
    func wall() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--no-rate-limit", "--fail", "429:1")
            let sheet = Spreadsheet.one(registrants: 2)
            let file = try place.write(sheet.csv, as: "decisions.csv")

            let run = try place.startUsher(["run", file], to: sandbox)
            try await sandbox.audit.reaches(3, by: run)
            let times = try sandbox.audit.updates().map(\.date)
            #expect(zip(times, times.dropFirst()).allSatisfy { $1.timeIntervalSince($0) > 0.9 })
            run.signal(SIGTERM)
            #expect(try await run.finished().code == 75)
            #expect(try place.results(file).outcomes == ["pending": 2])

            try await sandbox.setFaults([])
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
        }
    }

    /// The ways in which a server may write when to come back.
    enum RetryAfter: String, CaseIterable {
        case seconds, imfDate, isoDate, isoFraction

        func text(_ date: Date) -> String {
            switch self {
            case .seconds: "3"
            case .imfDate: Self.format(date, "EEE, dd MMM yyyy HH:mm:ss 'GMT'")
            case .isoDate: Self.format(date, "yyyy-MM-dd'T'HH:mm:ss'Z'")
            case .isoFraction: Self.format(date, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
            }
        }

        private static func format(_ date: Date, _ pattern: String) -> String {
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(identifier: "UTC")
            formatter.dateFormat = pattern
            return formatter.string(from: date)
        }
    }

    @Test("Retry-After is obeyed however it is written", arguments: RetryAfter.allCases)
    func retryAfter(form: RetryAfter) async throws {
        try await withWorkplace { place in
            let resume = Date(timeIntervalSinceNow: 4)
            let answer = CannedAnswer(
                status: 429,
                code: 429,
                message: "You have reached the maximum per-second rate limit for this API. Try again later.",
                headers: ["Retry-After": form.text(resume), "X-RateLimit-Type": "QPS"],
                times: 1
            )
            let sandbox = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: "84512093377", answer: answer, open: true)])
            )
            let file = try place.write(Spreadsheet.one(registrants: 1).csv, as: "decisions.csv")

            #expect(try await place.usher("run", file, to: sandbox).code == 0)

            let updates = try sandbox.audit.updates()
            #expect(updates.map(\.status) == [429, 204])
            let asked =
                form == .seconds
                ? updates[0].date + 3 : Date(timeIntervalSince1970: resume.timeIntervalSince1970.rounded(.down))
            // The sandbox notes a request when it comes in, a trifle before Usher reads its answer.
            #expect(updates[1].date >= asked - 0.05)
            #expect(updates[1].date < asked + 20)
        }
    }

    @Test("what the day's limit leaves is deferred, and a run after midnight takes it up")
    func dayLimit() async throws {
        try await withWorkplace { place in
            // The sandbox's midnight comes in twenty seconds: enough for the first two runs on a busy machine.
            let offset = 86_400 - Int(Date().timeIntervalSince1970) % 86_400 - 20
            let sandbox = try await place.startSandbox(
                "--open",
                "--daily",
                "3",
                "--retry-after-form",
                "seconds",
                "--clock-offset",
                "\(offset)"
            )
            let sheet = Spreadsheet.one(registrants: 5)
            let file = try place.write(sheet.csv, as: "decisions.csv")
            let command = ["run", file, "--batch-size", "1"]

            let first = try place.startUsher(command, to: sandbox)
            try await sandbox.audit.reaches(4)
            first.signal(SIGTERM)
            #expect(try await first.finished().code == 75)
            let results = try place.results(file)
            #expect(results.outcomes == ["applied": 3, "deferred": 2])
            #expect(results["reason"].suffix(2).allSatisfy { $0.contains("daily") }, "\(results["reason"])")

            let early = try await place.startUsher(command + ["--ingest-only"], to: sandbox).finished()
            #expect(early.code == 75)
            #expect(early.output.contains("deferred"))
            #expect(try sandbox.audit.count == 4, "nothing is sent before its time")

            try await eventually("midnight, and a run that finishes the job", lookingEvery: .milliseconds(300)) {
                try await place.startUsher(command, to: sandbox).finished().code == 0
            }
            #expect(try place.results(file).outcomes == ["applied": 5])
            #expect(try sandbox.audit.updates().flatMap(\.done).count == 5)
        }
    }

    @Test(
        "a registrant whose ten changes of the day are spent is deferred, and the others go on",
        .enabled(if: Midnight.isFar)
    )
    func registrantLimit() async throws {
        try await withWorkplace { place in
            let spent = SeedRegistrant(id: "r1", email: "guest.1@example.org", changesToday: 10)
            let sandbox = try await place.startSandbox(
                seed: Seed(meetings: [SeedMeeting(id: "84512093377", registrants: [spent], open: true)])
            )
            let file = try place.write(Spreadsheet.one(registrants: 5).csv, as: "decisions.csv")

            let run = try await place.usher("run", file, to: sandbox)

            #expect(run.code == 75)
            let results = try place.results(file)
            #expect(results["outcome"] == ["applied", "deferred", "applied", "applied", "applied"])
            let again = try await place.usher("run", file, to: sandbox)
            #expect(again.code == 75)
            #expect(try sandbox.audit.updates().flatMap(\.asked).count { $0.registrant == "r1" } == 1)
        }
    }
}

extension Audit.Request {
    /// When it came in.
    fileprivate var date: Date {
        (try? Date(time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))) ?? .distantPast
    }
}

import Decisions
import FoundationEssentials
import Journal
import Sending
import Zoom

/// One story of several nights: people write, change, rename and copy lists; Usher reads them and sends the result.
///
/// Lists are real files and the journal is real; Zoom, the clock and the sender are not. `StoryChecker` defines what
/// must hold.
package final class Story {
    /// One event.
    enum Step {
        /// A new list, or a change to an old one, in place.
        case write(String, [StoryRow])
        /// The same, by a program that gives a new file the old one's name.
        case replace(String, [StoryRow])
        case rename(String, String)
        case copy(String, String)
        case delete(String)
        /// Something changes in Zoom.
        case zoom(String, @Sendable (inout StoryZoom) -> Void)
        case run(Run)
        case tomorrow
        /// A condition on the counts of all rows.
        case demand(String, @Sendable (Counts) -> Bool)
    }

    /// One run of Usher.
    struct Run {
        enum Command {
            /// `usher run --inbox`
            case inbox
            /// `usher run FILE`
            case file(String)
            /// `usher resume`
            case resume
        }

        var command = Command.inbox
        /// Not with `--ingest-only`.
        var sends = true
        /// What happens to the first requests; later ones depend on `trouble`.
        var deliveries: [StoryZoom.Delivery] = []
        var batchSize = 30
        var reapply = false
    }

    private enum Pulse { case alive, killed }

    var chance: RandomGenerator
    var inbox: StoryInbox
    var zoom = StoryZoom()
    private(set) var figures = SeedRun.Figures()
    /// How often requests fail; nil in a story with fixed steps.
    var trouble: StoryTrouble?
    private var checker = StoryChecker()
    private let shelf: JournalFiles
    private let trace: ((String) -> Void)?
    private var now = Date(timeIntervalSince1970: 1_800_057_600)

    /// Runs a story.
    ///
    /// - Throws: `Violation` if something happened that must never happen.
    static func watched(
        seed: UInt64,
        trace: ((String) -> Void)?,
        _ tell: (Story) async throws -> Void
    ) async throws -> SeedRun.Figures {
        do {
            let story = try Story(seed: seed, trace: trace)
            try await tell(story)
            return story.figures
        } catch let broken as StateChecker.Broken {
            throw Violation(seed: seed, detail: broken.rule)
        } catch {
            throw Violation(seed: seed, detail: String(describing: error))
        }
    }

    private init(seed: UInt64, trace: ((String) -> Void)?) throws {
        chance = RandomGenerator(seed: seed ^ 0x0005_7021)
        shelf = try JournalFiles()
        inbox = try StoryInbox(in: shelf.directoryPath)
        self.trace = trace
    }

    // MARK: Steps

    func take(_ step: Step) async throws {
        say { "\(step)" }
        switch step {
        case .write(let name, let rows): try inbox.write(name, rows)
        case .replace(let name, let rows): try inbox.replace(name, rows)
        case .rename(let old, let new): try inbox.rename(old, to: new)
        case .copy(let old, let new): try inbox.copy(old, to: new)
        case .delete(let name): try inbox.delete(name)
        case .zoom(_, let change): change(&zoom)
        case .run(let run): try await self.run(run)
        case .tomorrow:
            now += 86_400
            zoom.startDay()
        case .demand(let what, let holds):
            let counts = try JournalReader(path: shelf.path).jobs().reduce(Counts()) { $0 + $1.counts }
            guard holds(counts) else { throw StateChecker.Broken(rule: "\(what): \(counts)") }
        }
    }

    /// Calm nights, a day apart; then a person names each list again. Nothing may be left to do.
    func end() async throws {
        trouble = nil
        for _ in 0..<3 {
            try await take(.tomorrow)
            zoom.becomeCalm()
            try await take(.run(Run()))
        }
        for file in inbox.files { try await take(.run(Run(command: .file(file.name)))) }
        let reader = try JournalReader(path: shelf.path)
        try checker.check(reader, files: inbox.contents, end: zoom)
        figures.rows = try reader.jobs().reduce(0) { $0 + $1.counts.rows }
    }

    // MARK: A run

    private func run(_ run: Run) async throws {
        figures.nights += 1
        now += 600
        let journal = try shelf.open()
        let found = try await journal.recover()
        if found > 0 { say { "  \(found) requests were in flight" } }
        let jobs = try await jobs(of: run, in: journal)
        try look()
        guard run.sends else { return try checkResults() }
        var deliveries = run.deliveries[...]
        switch try await send(jobs, by: journal, batchSize: run.batchSize, &deliveries) {
        case .alive: try checkResults()
        case .killed:
            say { "  killed" }
            figures.kills += 1
            // While the journal is open: a killed process leaves other files than a closed journal.
            try shelf.kill()
        }
    }

    private func jobs(of run: Run, in journal: Journal) async throws -> [JobID] {
        switch run.command {
        case .inbox:
            for file in inbox.files { _ = try await read(file.name, run, journal) }
            let reopened = try await Nights.reopenFailed(in: journal, at: now, looksFirst: false)
            for (job, rows) in reopened.sorted(by: { $0.key < $1.key }) {
                say { "  of job \(job), \(rows) rows are tried once more" }
            }
            return try await journal.openJobs()
        case .file(let name):
            guard let job = try await read(name, run, journal) else { return [] }
            return [job]
        case .resume: return try await journal.openJobs()
        }
    }

    /// Reads a list; deletes it instead if no rule says how to read it.
    private func read(_ name: String, _ run: Run, _ journal: Journal) async throws -> JobID? {
        guard let file = inbox[name] else { return nil }
        let number = try inbox.number(of: name)
        let taking = checker.lists.taking(name, file.rows, file: number, among: inbox.contents, reapply: run.reapply)
        if case .unclear(let why) = taking {
            say { "  \(name) is deleted, because \(why)" }
            try inbox.delete(name)
            return nil
        }
        let options = IngestOptions(batchSize: run.batchSize, reapply: run.reapply)
        let report = try await journal.ingest(inbox.open(name), options: options, at: now)
        say { "  \(name) is job \(report.job), \(report.isNew ? "new" : "known")" }
        try checker.lists.read(
            name,
            file.rows,
            file: number,
            taking,
            report,
            eventsBefore: checker.requests.count,
            reapply: run.reapply
        )
        if case .file = run.command, !report.isNew {
            _ = try await journal.reopenFailed(report.job, looksFirst: false)
        }
        return report.job
    }

    /// Another process reads the journal.
    private func look() throws {
        let reader = try JournalReader(path: shelf.path)
        for job in try reader.jobs() {
            let counts = try reader.recount(job)
            guard counts == job.counts else {
                throw StateChecker.Broken(rule: "job \(job.id) says \(job.counts), but its rows say \(counts)")
            }
        }
    }

    private func checkResults() throws {
        let reader = try JournalReader(path: shelf.path)
        if let fault = try reader.check().first { throw StateChecker.Broken(rule: fault) }
        try checker.check(reader, files: inbox.contents, end: nil)
    }

    // MARK: Sending

    /// Sends what is due, a batch at a time.
    private func send(
        _ jobs: [JobID],
        by journal: Journal,
        batchSize: Int,
        _ deliveries: inout ArraySlice<StoryZoom.Delivery>
    ) async throws -> Pulse {
        for job in jobs { try await journal.regroup(job, size: batchSize, at: now) }
        var queue = try await journal.openBatches(of: jobs).filter { $0.dueAt.map { $0 <= now } ?? true }
        while !queue.isEmpty {
            let batch = queue.remove(at: trouble == nil ? 0 : chance.int(0...queue.count - 1))
            let delivery = deliveries.popFirst() ?? trouble?.delivery(&chance) ?? .answered
            if delivery == .killed(.beforeBegin) { return .killed }
            for shipment in try await journal.begin([batch.id], at: now) {
                try checker.check(shipment)
                figures.requests += 1
                if case .killed(let point) = delivery, point != .afterSettle {
                    if point != .afterBegin { _ = answer(shipment) }
                    try checker.requests.note(shipment, as: .maybe)
                    return .killed
                }
                let children = try await settle(shipment, delivery, jobs, journal, &queue)
                if delivery == .killed(.afterSettle) { return .killed }
                // In a later run they continue as well as in this one.
                if trouble == nil || chance.happens(0.8) { queue.insert(contentsOf: children, at: 0) }
            }
            if chance.happens(0.1) { try look() }
        }
        return .alive
    }

    private func answer(_ shipment: ClaimedBatch) -> StoryZoom.Answer {
        zoom.answer(
            StatusUpdate(target: shipment.target, action: shipment.action, registrants: shipment.registrants)
        )
    }

    /// Applies the result of a request. Returns what to send next because of it.
    private func settle(
        _ shipment: ClaimedBatch,
        _ delivery: StoryZoom.Delivery,
        _ jobs: [JobID],
        _ journal: Journal,
        _ queue: inout [OpenBatch]
    ) async throws -> [OpenBatch] {
        say { "  \(shipment.short): \(delivery)" }
        if delivery == .withheld {
            try await journal.release([shipment.batch])
            return []
        }
        var attempt = Attempt(startedAt: now, duration: .milliseconds(5))
        switch delivery {
        case .answered, .killed:
            let answer = answer(shipment)
            say { "    \(answer)" }
            try checker.note(shipment, answer)
            return try await settle(shipment, answer, jobs, journal, &queue)
        case .answerLost, .requestLost:
            if delivery == .answerLost { _ = answer(shipment) }
            try checker.requests.note(shipment, as: .maybe)
            attempt.cause = "cut"
        case .troubled(let isDone):
            if isDone { _ = answer(shipment) }
            try checker.requests.note(shipment, as: .maybe)
            attempt.status = 502
        case .unreachable, .withheld:
            try checker.requests.note(shipment, as: .unsent)
            attempt.cause = "unreachable"
            attempt.mayHaveChanged = false
        }
        return try await journal.settle(shipment.batch, .pending(reason: "no answer"), after: attempt, at: now)
    }

    private func settle(
        _ shipment: ClaimedBatch,
        _ answer: StoryZoom.Answer,
        _ jobs: [JobID],
        _ journal: Journal,
        _ queue: inout [OpenBatch]
    ) async throws -> [OpenBatch] {
        let tomorrow = UTCDay(now).end
        func settle(_ status: Int, _ verdict: BatchResult, code: Int? = nil) async throws -> [OpenBatch] {
            var attempt = Attempt(startedAt: now, duration: .milliseconds(5), status: status, code: code)
            attempt.mayHaveChanged = status != 429
            return try await journal.settle(shipment.batch, verdict, after: attempt, at: now)
        }
        switch answer {
        case .done: return try await settle(204, .applied)
        case .personNotFound where shipment.registrants.count > 1:
            return try await settle(
                404,
                .split(first: shipment.registrants.count / 2, suspect: true, reason: "one of them is not registered")
            )
        case .personNotFound: return try await settle(404, .failed(reason: "not registered"))
        case .meetingNotFound:
            _ = try await settle(404, .failed(reason: "no such meeting"), code: 3001)
            let over = try await journal.failOpen(
                shipment.target,
                of: jobs,
                code: 3001,
                reason: "no such meeting",
                at: now
            )
            queue.removeAll { over.contains($0.id) }
            return []
        case .dayLimit(let places):
            let next = try await settle(429, .setAside(places, until: tomorrow, reason: "the day's limit"))
            return next.filter { $0.dueAt == nil }
        case .targetDayLimit:
            _ = try await settle(429, .deferred(until: tomorrow, reason: "the day's limit"))
            let over = try await journal.deferOpen(
                shipment.target.whole,
                of: jobs,
                until: tomorrow,
                reason: "the day's limit",
                at: now
            )
            queue.removeAll { over.contains($0.id) }
            return []
        }
    }

    private func say(_ text: () -> String) {
        trace?(text())
    }
}

extension ClaimedBatch {
    /// For readers of a story.
    fileprivate var short: String {
        let names = registrants.map { registrant in
            let naming = registrant.id == nil ? "email" : registrant.email == nil ? "id" : "both"
            return "\(Person(registrant)?.letter ?? "?") by \(naming)"
        }
        return "batch \(batch): \(action) \(names.joined(separator: ", ")) at \(target.short)"
    }
}

extension Story.Step: CustomStringConvertible {
    /// For readers of a story.
    var description: String {
        switch self {
        case .write(let name, let rows): "\(name) holds \(rows)"
        case .replace(let name, let rows): "\(name) is replaced and holds \(rows)"
        case .rename(let old, let new): "\(old) is renamed \(new)"
        case .copy(let old, let new): "\(old) is copied to \(new)"
        case .delete(let name): "\(name) is deleted"
        case .zoom(let what, _): "Zoom: \(what)"
        case .run(let run):
            switch run.command {
            case .inbox: run.sends ? "usher run --inbox" : "usher run --inbox --ingest-only"
            case .file(let name): "usher run \(name)\(run.reapply ? " --reapply" : "")"
            case .resume: "usher resume"
            }
        case .tomorrow: "the next day"
        case .demand(let what, _): what
        }
    }
}

import Decisions
import FoundationEssentials
import Journal
import Spreadsheet
import Zoom

/// Everything that outlives a run: true time, the computer's clock, Zoom, and the ledger.
final class World {
    let scenario: Scenario
    var chance: RandomGenerator
    /// True time since the simulation began.
    var now = Duration.zero
    /// The error of the computer's clock, in seconds.
    var clockOffset: TimeInterval = 0
    var zoom: SimulatedZoom
    var ledger: StateChecker
    private let trace: ((String) -> Void)?
    /// The applied rows at the last check, by job.
    private var appliedRows: [JobID: Set<Int>] = [:]
    private var appliedCounts: [JobID: Int] = [:]
    /// The false `Retry-After` of this world's servers.
    private let lie: RetryAfter

    init(_ scenario: Scenario, trace: ((String) -> Void)?) {
        self.scenario = scenario
        self.trace = trace
        chance = RandomGenerator(seed: scenario.seed ^ 0x5EED)
        zoom = SimulatedZoom(scenario)
        ledger = StateChecker(scenario)
        lie = chance.pick([
            .seconds(0), .seconds(1), .seconds(7), .seconds(1_000), .seconds(.max),
            .date(scenario.start.addingTimeInterval(-1_000_000)), .date(scenario.start.addingTimeInterval(400_000_000)),
        ])
    }

    private var trueDate: Date { scenario.start.addingTimeInterval(now.seconds) }
    /// The computer's time.
    var date: Date { trueDate.addingTimeInterval(clockOffset) }

    func say(_ text: () -> String) {
        guard let trace else { return }
        trace("\(now.seconds) s  \(text())")
    }

    func demand(_ condition: Bool, _ rule: @autoclosure () -> String) throws {
        guard condition else { throw StateChecker.Broken(rule: rule()) }
    }

    /// A request reaches Zoom.
    func deliver(_ update: StatusUpdate, jitter: Duration) throws -> Answer {
        try ledger.arrive(at: now, jitter: jitter)
        return zoom.answer(update, at: trueDate)
    }

    /// Adds the server's `Retry-After`, true or false.
    func honestly(_ answer: Answer, lies: Double) -> Answer {
        guard answer.status == 429 || answer.status == 503 else { return answer }
        var answer = answer
        if chance.happens(lies) {
            answer.retryAfter = lie
        } else if chance.happens(0.5) {
            answer.retryAfter =
                answer.rateLimitType == "Daily-limit" ? .date(UTCDay(trueDate).end) : .seconds(1)
        }
        return answer
    }

    // MARK: Checking the journal

    /// Checks that the counts add up and nothing applied has ceased to be so; and, if thorough, that each row and the
    /// whole file are sound.
    func check(_ reader: JournalReader, isThorough: Bool) throws {
        for job in try reader.jobs() {
            let rows = job.counts.rows
            let expected = job.name == "first.csv" ? scenario.first.rows.count : scenario.second?.sheet.rows.count
            try demand(rows == expected, "the counts of \(job.name) add up to \(rows) rows")
            try demand(
                job.counts[.applied] >= appliedCounts[job.id, default: 0],
                "fewer rows of \(job.name) are applied than before"
            )
            appliedCounts[job.id] = job.counts[.applied]
            if isThorough { try checkRows(of: job, reader) }
        }
        guard isThorough else { return }
        let faults = try reader.check()
        try demand(faults.isEmpty, faults.joined(separator: "; "))
    }

    private func checkRows(of job: JobSummary, _ reader: JournalReader) throws {
        let sheet = job.name == "first.csv" ? scenario.first : scenario.second?.sheet
        var applied: Set<Int> = []
        try reader.forEachRow(of: job) { row in
            guard let wanted = sheet?.rows[row.number - 1] else { return }
            switch wanted {
            case .decision(let decision), .again(let decision):
                guard row.outcome == .applied else { return }
                applied.insert(row.number)
                try demand(ledger.applied.contains(decision), "row \(row.number) is applied, but nobody did it")
            case .mangled:
                try demand(row.outcome == .rejected, "row \(row.number) is mangled, but it is \(row.outcome)")
            case .undecided:
                try demand(row.outcome == .skipped, "row \(row.number) decides nothing, but it is \(row.outcome)")
            }
        }
        try demand(
            appliedRows[job.id, default: []].isSubset(of: applied),
            "rows of \(job.name) that were applied are so no more"
        )
        appliedRows[job.id] = applied
    }

    /// Checks that each row has its required final outcome.
    func checkEnd(_ reader: JournalReader) throws {
        let lastWord = scenario.lastWord
        for job in try reader.jobs() {
            let sheet = job.name == "first.csv" ? scenario.first : scenario.second?.sheet
            try reader.forEachRow(of: job) { row in
                guard let wanted = sheet?.rows[row.number - 1] else { return }
                guard case .decision(let decision) = wanted else {
                    guard case .again(let decision) = wanted else { return }
                    return try checkEnd(row.outcome, of: decision, isLast: lastWord[decision.seat] == decision.action)
                }
                try checkEnd(row.outcome, of: decision, isLast: lastWord[decision.seat] == decision.action)
            }
        }
    }

    private func checkEnd(_ outcome: Outcome, of decision: Sheet.Decision, isLast: Bool) throws {
        let isPossible = scenario.isPossible(decision)
        // If all randomly picked single requests of a target were refused, its other rows fail with them.
        let isGivenUp =
            [.failed, .skipped].contains(outcome)
            && ledger.givenUp.contains(StateChecker.Aim(target: decision.seat.target, action: decision.action))
        if isGivenUp { return }
        let fitting: [Outcome] = isPossible ? [.applied, .skipped] : [.failed, .skipped]
        let name = "person \(decision.seat.person.number) of \(decision.seat.target.id)"
        try demand(fitting.contains(outcome), "\(name), who is \(isPossible ? "fine" : "not"), ended as \(outcome)")
        guard isLast else { return }
        if isPossible {
            try demand(zoom.action(of: decision.seat) == decision.action, "\(name) has not the status that was decided")
        } else {
            try demand(outcome == .failed || ledger.isSecondTaken, "\(name) was not failed")
        }
    }
}

/// Real journals in a temporary directory: the current one, and before it those of killed runs.
final class JournalFiles {
    private let directory: URL
    private var generation = 0

    /// In memory if the system offers files there: nothing here needs to outlive this process.
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

    /// Treats the current files as those left by a killed process, and continues with them.
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

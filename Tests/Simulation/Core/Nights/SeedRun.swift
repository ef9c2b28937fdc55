import Journal
import Sending

/// One seed's story: nights with faults, and calm ones until everything is settled.
package struct SeedRun {
    /// The totals of a story.
    package struct Figures: Sendable {
        /// Runs of Usher.
        package var nights = 0
        /// Killed runs among these.
        package var kills = 0
        /// Requests sent.
        package var requests = 0
        /// Rows settled.
        package var rows = 0

        package init() {}
    }

    private let scenario: Scenario
    private let world: World
    private let shelf: JournalFiles
    private var figures = Figures()

    /// Runs the story of a seed.
    ///
    /// - Parameter trace: Receives each event as a line.
    /// - Throws: `Violation` if something happened that must never happen.
    package static func run(seed: UInt64, trace: ((String) -> Void)? = nil) async throws -> Figures {
        do {
            var campaign = try SeedRun(seed: seed, trace: trace)
            try await campaign.run()
            return campaign.figures
        } catch let broken as StateChecker.Broken {
            throw Violation(seed: seed, detail: broken.rule)
        } catch {
            throw Violation(seed: seed, detail: String(describing: error))
        }
    }

    private init(seed: UInt64, trace: ((String) -> Void)?) throws {
        scenario = Scenario(seed: seed)
        world = World(scenario, trace: trace)
        shelf = try JournalFiles()
        let scenario = scenario
        world.say { "\(scenario.options)" }
        world.say { "\(scenario.limits), \(scenario.weather)" }
    }

    private mutating func run() async throws {
        for night in 0..<scenario.troubledNights {
            let end = try await troubledNight(night)
            if case .killed = end { figures.kills += 1 }
        }
        try await settle()
        let reader = try JournalReader(path: shelf.path)
        try world.check(reader, isThorough: true)
        try world.checkEnd(reader)
        figures.rows = try reader.jobs().reduce(0) { $0 + $1.counts.rows }
        figures.requests = world.ledger.sent
    }

    private mutating func troubledNight(_ night: Int) async throws -> SimulatedRun.End {
        let crash: CrashPlan? =
            world.chance.happens(0.5)
            ? CrashPlan(
                boundary: world.chance.pick(CrashPlan.Boundary.allCases),
                passes: world.chance.int(0...world.chance.pick([2, 20]))
            ) : nil
        let end = try await self.night(night, weather: scenario.weather, crash: crash)
        if case .killed = end {
            try shelf.kill()
            world.now += world.chance.duration(.seconds(2) ... .seconds(60))
        } else {
            world.now += world.chance.pick([.seconds(2), .seconds(600), .seconds(3_600), .seconds(90_000)])
        }
        return end
    }

    /// Calm nights, a day apart, until nothing is left. Their number depends on daily limits only.
    private mutating func settle() async throws {
        world.clockOffset = 0
        world.zoom.silenceOthers()
        let rows = scenario.first.rows.count + (scenario.second?.sheet.rows.count ?? 0)
        let perDay = min(scenario.limits.perDay ?? .max, scenario.limits.perWebinarAndDay ?? .max)
        let most = 12 + 4 * rows / perDay
        for night in 0...most {
            world.now += .seconds(90_000)
            _ = try await self.night(scenario.troubledNights + night, weather: scenario.weather.calm, crash: nil)
            if try await isDone() { return }
        }
        throw StateChecker.Broken(rule: "after \(most) calm nights there is still something to send")
    }

    private func isDone() async throws -> Bool {
        try JournalReader(path: shelf.path).jobs().allSatisfy { $0.counts.open == 0 }
    }

    private mutating func night(_ number: Int, weather: FaultProfile, crash: CrashPlan?) async throws
        -> SimulatedRun.End
    {
        figures.nights += 1
        let journal = try shelf.open()
        let found = try await journal.recover()
        world.say { "night \(number) begins, \(found) batches were in flight" }
        try world.ledger.recover(found)
        if number == 0 { try await take(scenario.first, as: "first.csv", in: journal) }
        if let second = scenario.second, second.night == number {
            try await take(second.sheet, as: "second.csv", in: journal)
        }
        if number > 0, scenario.options.perMeeting == 1 {
            for job in try await journal.openJobs() {
                try await journal.regroup(job, size: scenario.batchSize, at: world.date)
            }
        }
        let reader = try JournalReader(path: shelf.path)
        try world.check(reader, isThorough: true)
        let night = SimulatedRun(world, weather: weather, journal: journal, reader: reader, crash: crash)
        if number < scenario.troubledNights { night.trouble(failureLimit: scenario.failureLimit) }
        return try await night.run()
    }

    private func take(_ sheet: Sheet, as name: String, in journal: Journal) async throws {
        let source = try shelf.save(sheet, as: name)
        let report = try await journal.ingest(
            source,
            options: IngestOptions(batchSize: scenario.batchSize),
            at: world.date
        )
        world.ledger.take(sheet, isSecond: name != "first.csv")
        world.say { "\(name) is job \(report.job) of \(sheet.rows.count) rows" }
    }
}

/// The stories of many seeds, several at a time.
package struct SeedRange: Sendable {
    /// The results of all stories.
    package struct Outcome: Sendable {
        /// Finished stories.
        package var seeds = 0
        /// The totals.
        package var figures = SeedRun.Figures()
        /// The violations, by seed.
        package var violations: [Violation] = []
    }

    private let first: UInt64
    private let count: Int

    /// A number of consecutive seeds.
    package init(from first: UInt64, count: Int) {
        self.first = first
        self.count = count
    }

    /// Runs them all; after a few violations no new story begins.
    ///
    /// - Parameters:
    ///   - jobs: How many to run at a time.
    ///   - mostViolations: How many violations to stop at.
    ///   - tell: Runs the story of a seed.
    package func run(
        jobs: Int,
        mostViolations: Int = 5,
        _ tell: @escaping @Sendable (UInt64) async throws -> SeedRun.Figures = { try await SeedRun.run(seed: $0) }
    ) async -> Outcome {
        await withTaskGroup(of: Result<SeedRun.Figures, Violation>.self) { group in
            var outcome = Outcome()
            var next = 0
            func start() {
                guard next < count, outcome.violations.count < mostViolations else { return }
                let seed = first + UInt64(next)
                next += 1
                group.addTask {
                    do { return .success(try await tell(seed)) } catch let violation as Violation {
                        return .failure(violation)
                    } catch {
                        return .failure(Violation(seed: seed, detail: String(describing: error)))
                    }
                }
            }
            for _ in 0..<max(1, jobs) { start() }
            for await result in group {
                outcome.seeds += 1
                switch result {
                case .success(let figures):
                    outcome.figures.nights += figures.nights
                    outcome.figures.kills += figures.kills
                    outcome.figures.requests += figures.requests
                    outcome.figures.rows += figures.rows
                case .failure(let violation): outcome.violations.append(violation)
                }
                start()
            }
            outcome.violations.sort { $0.seed < $1.seed }
            return outcome
        }
    }
}

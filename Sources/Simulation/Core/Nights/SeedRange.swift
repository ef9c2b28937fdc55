/// Many seeds' stories, several at a time.
package struct SeedRange: Sendable {
    /// What they came to.
    package struct Outcome: Sendable {
        /// Stories told to their end.
        package var seeds = 0
        /// All together.
        package var figures = Campaign.Figures()
        /// What was wrong, by seed.
        package var violations: [Violation] = []
    }

    private let first: UInt64
    private let count: Int

    /// So many seeds, one after the other.
    package init(from first: UInt64, count: Int) {
        self.first = first
        self.count = count
    }

    /// Tells them all; after a few violations no new story is begun.
    ///
    /// - Parameters:
    ///   - jobs: How many at a time.
    ///   - mostViolations: When to stop.
    ///   - tell: Tells the story of a seed.
    package func run(
        jobs: Int,
        mostViolations: Int = 5,
        _ tell: @escaping @Sendable (UInt64) async throws -> Campaign.Figures = { try await Campaign.run(seed: $0) }
    ) async -> Outcome {
        await withTaskGroup(of: Result<Campaign.Figures, Violation>.self) { group in
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

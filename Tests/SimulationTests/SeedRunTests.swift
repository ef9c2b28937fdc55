import Foundation
import Simulation
import Synchronization
import Testing

@Suite("Simulated nights")
struct SeedRunTests {
    /// `USHER_SEEDS`, for builds that are slow.
    private static let seeds = ProcessInfo.processInfo.environment["USHER_SEEDS"].flatMap(Int.init) ?? 2_000

    @Test("whatever befalls them, nothing is lost, nothing doubled, and every run ends: 2,000 seeds")
    func seeds() async {
        let outcome = await SeedRange(from: 1, count: Self.seeds).run(jobs: 2)
        for violation in outcome.violations { Issue.record("\(violation)") }
        #expect(outcome.seeds == Self.seeds || !outcome.violations.isEmpty)
        #expect(outcome.figures.kills > Self.seeds / 4)
    }

    @Test("a seed tells the same story each time, word for word", arguments: UInt64(1)...12)
    func replay(seed: UInt64) async throws {
        let first = try await Self.story(of: seed)
        #expect(first.count > 18)
        #expect(try await Self.story(of: seed) == first)
    }

    private static func story(of seed: UInt64) async throws -> [String] {
        let lines = Mutex<[String]>([])
        _ = try await SeedRun.run(seed: seed) { line in lines.withLock { $0.append(line) } }
        return lines.withLock { $0 }
    }
}

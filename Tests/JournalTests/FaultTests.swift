import FaultyDisk
import Foundation
import Testing

@testable import Journal

/// Every step of `Scenario` is a transaction of its own. The scenario is run with a fault at call 1, then at call 2, and so
/// on until a run meets none; each time the journal must hold the steps that were reported done, or one more: the flush of
/// the last one may have succeeded and what came after it not.
@Suite("A disk that fails")
struct FaultTests {
    @Test(
        "at whichever call it fails, nothing more is written, and the journal holds all that was reported and no half step",
        arguments: [
            (FaultyCalls.changing, Fault.ioError, false), (.changing, .ioError, true), (.changing, .full, false),
            (.changing, .full, true), (.reading, .ioError, false), (.reading, .ioError, true),
        ]
    )
    func everyCall(calls: FaultyCalls, fault: Fault, lasts: Bool) async throws {
        let directory = Self.fastDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let expected = try await Self.states(in: directory)
        let vfs = FaultyVFS(name: "faulty-\(UUID().uuidString)")
        vfs.setFlushesForReal(false)
        var call = 1
        while true {
            let home = directory.appending(path: "\(call)")
            let path = home.appending(path: "journal.db").path
            vfs.fail(at: call, with: fault, lasts: lasts, counting: calls)
            let done = await Self.run(Scenario.steps, path: path, vfs: vfs.name)
            let seen = vfs.heal()
            let found = try await Self.reopened(path)
            let allowed = expected[done...min(done + 1, Scenario.steps.count)]
            #expect(allowed.contains(found), "call \(call), after \(done) steps: \(found)")
            try FileManager.default.removeItem(at: home)
            if seen < call {
                #expect(done == Scenario.steps.count)
                break
            }
            call += 1
            try #require(call < 5_000)
        }
        #expect(call > (calls == .changing ? 100 : 5))
    }

    @Test("callers that share a flush that fails are all told, and what one was told before stays")
    func sharedFlush() async throws {
        let directory = Self.fastDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let vfs = FaultyVFS(name: "faulty-\(UUID().uuidString)")
        vfs.setFlushesForReal(false)
        let path = directory.appending(path: "journal.db").path
        let now = Scenario.now
        for call in stride(from: 1, to: 120, by: 3) {
            try? FileManager.default.removeItem(at: directory)
            var told: Set<BatchID> = []
            do {
                let journal = try Journal(path: path, vfs: vfs.name)
                _ = try await journal.addTestJob(
                    name: "a.csv",
                    rows: 40,
                    target: JournalHarness.meeting,
                    action: .approve,
                    batchSize: 1,
                    copies: 0,
                    at: now
                )
                let batches = try await journal.openBatches().map(\.id)
                _ = try await journal.begin(batches, at: now)
                vfs.fail(at: call, with: .ioError, lasts: false)
                told = await withTaskGroup(of: BatchID?.self) { group in
                    for batch in batches {
                        group.addTask {
                            return (try? await journal.settle(batch, .applied, after: nil, at: now)).map { _ in batch }
                        }
                    }
                    return await group.reduce(into: []) { if let batch = $1 { $0.insert(batch) } }
                }
                vfs.heal()
            }
            let reader = try JournalReader(path: path)
            var applied: Set<BatchID> = []
            try reader.connection.statement("select id from batch where state = 'applied'")
                .forEach { applied.insert($0.id("id")) }
            #expect(applied.isSuperset(of: told), "call \(call)")
            #expect(try reader.check().isEmpty)
        }
    }

    /// Runs steps until one fails; returns how many were reported done. After a failure every further step is refused.
    private static func run(_ steps: [Scenario.Step], path: String, vfs: String?) async -> Int {
        guard let journal = try? Journal(path: path, vfs: vfs) else { return 0 }
        for (number, step) in steps.enumerated() {
            do {
                try await step(journal)
            } catch {
                await #expect(throws: JournalError.self) {
                    try await journal.reopenFailed(JobID(rawValue: 1), looksFirst: true)
                }
                return number
            }
        }
        return steps.count
    }

    /// What a journal holds when the next run has taken it up.
    private static func reopened(_ path: String) async throws -> String {
        try await Journal.closes(path)
        let journal = try Journal(path: path)
        _ = try await journal.recover()
        let reader = try JournalReader(path: path)
        #expect(try reader.check() == [])
        return try Scenario.content(of: reader)
    }

    /// What a journal holds after no step, after the first, and so on.
    private static func states(in directory: URL) async throws -> [String] {
        var states: [String] = []
        for count in 0...Scenario.steps.count {
            let path = directory.appending(path: "model-\(count)/journal.db").path
            #expect(await run(Array(Scenario.steps.prefix(count)), path: path, vfs: nil) == count)
            states.append(try await reopened(path))
        }
        return states
    }

    /// In memory where there is such a place: no test here pulls a plug.
    private static func fastDirectory() -> URL {
        let memory = URL(filePath: "/dev/shm")
        let isThere = FileManager.default.isWritableFile(atPath: memory.path)
        return (isThere ? memory : FileManager.default.temporaryDirectory).appending(path: "usher-\(UUID().uuidString)")
    }
}

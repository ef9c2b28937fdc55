import Foundation
import Testing

@testable import Journal

/// The scenario is one job of three batches: one applied, one split, one released. It is run with a fault at call 1, then
/// at call 2, and so on until a run meets none.
@Suite("A disk that fails")
struct FaultTests {
    @Test(
        "at whichever call it fails, the run stops, what was reported done is done, and the next run can go on",
        arguments: [FaultyVFS.Fault.ioError, .full],
        [false, true]
    )
    func everyCall(fault: FaultyVFS.Fault, lasts: Bool) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "usher-fault-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let vfs = FaultyVFS(name: "faulty-\(UUID().uuidString)")
        var call = 1
        while true {
            let path = directory.appending(path: "\(call)/journal.db").path
            vfs.fail(at: call, with: fault, lasts: lasts)
            let told = await Self.scenario(path: path, vfs: vfs.name)
            let calls = vfs.heal()
            let journal = try Journal(path: path)
            _ = try await journal.recover(at: Date())
            let reader = try JournalReader(path: path)
            #expect(try reader.check().isEmpty, "call \(call)")
            let jobs = try reader.jobs()
            let applied = jobs.reduce(0) { $0 + $1.counts[.applied] }
            // More may be durable than was told when the flush succeeded and what came after it did not.
            #expect(applied >= told.applied, "call \(call)")
            #expect(jobs.count >= told.jobs, "call \(call)")
            if calls < call { break }
            call += 1
            try #require(call < 2_000)
        }
        #expect(call > 20)
    }

    /// What the journal reported as durable before it failed.
    private static func scenario(path: String, vfs: String) async -> (jobs: Int, applied: Int) {
        var jobs = 0
        var applied = 0
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let answer = Attempt(startedAt: now, duration: .milliseconds(5), status: 204)
        do {
            let journal = try Journal(path: path, vfs: vfs)
            _ = try await journal.addTestJob(
                name: "list.csv",
                rows: 25,
                target: Bench.meeting,
                action: .approve,
                batchSize: 10,
                copies: 0,
                at: now
            )
            jobs = 1
            let open = try await journal.openBatches()
            _ = try await journal.begin(open.map(\.id), at: now)
            _ = try await journal.settle(Settlement(batch: open[0].id, attempt: answer, verdict: .applied), at: now)
            applied += 10
            _ = try await journal.settle(
                Settlement(batch: open[1].id, attempt: answer, verdict: .split(first: 5, suspect: true, reason: "?")),
                at: now
            )
            try await journal.release([open[2].id])
        } catch {
            // The failure that was asked for; what matters is what the file holds afterwards.
        }
        return (jobs, applied)
    }
}

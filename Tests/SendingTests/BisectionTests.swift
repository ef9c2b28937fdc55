import Foundation
import Journal
import Randomness
import Testing

@testable import Sending

@Suite("Halving")
struct BisectionTests {
    /// Asks about registrants in halves as the dispatcher does, without anything around it; returns how many requests it took.
    private struct Trial {
        var bisection = Bisection()
        var requests = 0
        var applied: Set<Int> = []
        var failed: Set<Int> = []
        private var number: Int64 = 0
        private var members: [BatchID: [Int]] = [:]
        private let bad: Set<Int>

        init(_ size: Int, bad: Set<Int>) {
            self.bad = bad
            var queue = [make(Array(0..<size))]
            while let batch = queue.popLast() {
                let mine = members[batch] ?? []
                requests += 1
                let isRefused = !bad.isDisjoint(with: mine)
                if isRefused, mine.count > 1 {
                    halve(batch, &queue)
                } else if isRefused {
                    failed.formUnion(mine)
                } else {
                    applied.formUnion(mine)
                }
                var released = bisection.release(after: batch, applied: !isRefused)
                while let half = released {
                    released = nil
                    switch half.next {
                    case .send: queue.append(half.batch)
                    case .split: halve(half.batch, &queue)
                    }
                }
            }
        }

        private mutating func make(_ people: [Int]) -> BatchID {
            number += 1
            let batch = BatchID(rawValue: number)
            members[batch] = people
            return batch
        }

        private mutating func halve(_ batch: BatchID, _ queue: inout [BatchID]) {
            let mine = members[batch] ?? []
            let first = make(Array(mine.prefix(Bisection.first(of: mine.count))))
            let second = make(Array(mine.dropFirst(Bisection.first(of: mine.count))))
            bisection.hold(second, size: members[second]?.count ?? 0, until: first, blames: true)
            queue.append(first)
        }
    }

    @Test("one bad registrant among n costs at most 2·log2(n) more requests, wherever it stands", arguments: 2...64)
    func cost(size: Int) {
        let most = Int((2 * log2(Double(size))).rounded(.up))
        for bad in 0..<size {
            let trial = Trial(size, bad: [bad])
            #expect(trial.requests - 1 <= most, "\(bad) of \(size)")
            #expect(trial.failed == [bad])
            #expect(trial.applied.count == size - 1)
        }
    }

    @Test("whoever is bad, the others and no one else are applied, and each bad one is refused alone")
    func exact() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<2_000 {
            let size = Int.random(in: 1...30, using: &random)
            let bad = Set((0..<size).filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
            let trial = Trial(size, bad: bad)
            #expect(trial.failed == bad)
            #expect(trial.applied == Set(0..<size).subtracting(bad))
            #expect(trial.requests <= 2 * size)
        }
    }

    @Test("a half that was waiting is handed over when its meeting is closed")
    func removed() {
        var bisection = Bisection()
        let first = BatchID(rawValue: 2)
        let second = BatchID(rawValue: 3)
        bisection.hold(second, size: 1, until: first, blames: true)
        #expect(bisection.waiting == [second])
        bisection.remove(second)
        #expect(bisection.waiting.isEmpty)
        #expect(bisection.release(after: first, applied: true) == nil)
    }

    @Test("without blame the second half is asked about whatever became of the first")
    func withoutBlame() {
        var bisection = Bisection()
        let first = BatchID(rawValue: 2)
        let second = BatchID(rawValue: 3)
        bisection.hold(second, size: 5, until: first, blames: false)
        #expect(bisection.release(after: first, applied: true)?.next == .send)
    }
}

import Randomness
import SheetFuzzing
import Testing

@testable import Decisions

@Suite("Sorting keys")
struct SortingTests {
    private func entries(_ count: Int, lows: UInt64, _ chance: inout SplitMix64) -> [KeyEntry] {
        (1...count).map { row in
            // Few different keys, at both ends of the numbers, some alike in their lower halves only.
            let low = (UInt64.random(in: 0..<lows, using: &chance) &- lows / 2) &* 0x0101_0101_0000_0001
            let key = RegistrantKey(low: low, high: UInt64.random(in: 0...2, using: &chance) << 32)
            return KeyEntry(key, row: row, sheetRow: row + 1, action: .deny, isEmail: row % 2 == 0, hasOther: true)
        }
    }

    private func text(_ entry: KeyEntry) -> String { "\(Int64(bitPattern: entry.low)) \(entry.row) \(entry.isEmail)" }

    @Test("digit by digit gives the order of comparing", arguments: [1, 2, 64, 65, 300, 5_000])
    func radix(_ count: Int) {
        var chance = SplitMix64(seed: UInt64(count))
        for lows in [1, 2, 40, 1 << 20, UInt64.max / 2] {
            var sorted = entries(count, lows: lows, &chance)
            let expected = sorted.sorted(by: KeyEntry.precedes).map(text)
            var scratch = sorted
            sorted.withUnsafeMutableBufferPointer { sorted in
                scratch.withUnsafeMutableBufferPointer { KeyEntry.sort(sorted, scratch: $0) }
            }
            #expect(sorted.map(text) == expected)
        }
    }

    @Test("by way of the disk gives the same runs as in memory", arguments: [5, 100, 1_000])
    func spilling(_ bound: Int) throws {
        var chance = SplitMix64(seed: 7)
        let entries = entries(10_000, lows: 3_000, &chance)
        func runs(_ bound: Int) throws -> [[String]] {
            var sorter = ExternalSorter(bound: bound)
            for entry in entries { try sorter.add(entry) }
            var runs: [[String]] = []
            try sorter.forEachRun { runs.append($0.map(text)) }
            return runs
        }
        #expect(try runs(bound) == runs(1 << 18))
    }
}

import Foundation
import Randomness
import SheetFuzzing
import Spreadsheet
import Testing

@testable import Decisions

@Suite("Duplicates and conflicts")
struct DuplicateTests {
    /// Rows as `id/email/action`, of one meeting, and what is found about them.
    private func findings(
        _ rows: [String],
        _ policy: SheetOptions.ConflictPolicy = .reject,
        inMemory bound: Int = 1 << 19
    ) throws -> [String] {
        let lines = rows.map {
            "84512093377,\($0.split(separator: "/", omittingEmptySubsequences: false).joined(separator: ","))"
        }
        return try find(lines, policy, inMemory: bound).map { "\($0.row) \($0.kind) \($0.other)" }
    }

    private func find(
        _ lines: [String],
        _ policy: SheetOptions.ConflictPolicy,
        inMemory bound: Int
    ) throws -> [DuplicateFinder.Overlap] {
        let path = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString).csv").path
        try Data((["Meeting,Registrant ID,Email,Action"] + lines).joined(separator: "\n").utf8).write(
            to: URL(filePath: path)
        )
        defer { try? FileManager.default.removeItem(atPath: path) }
        let source = try SpreadsheetSource(path: path)
        let sheet = try DecisionSheet(source, scan: try SourceScan(source), options: SheetOptions(onConflict: policy))
        var finder = DuplicateFinder(inMemory: bound)
        var keys = 0
        try sheet.forEachRow { row in
            guard case .decision = row.verdict else { return }
            try finder.add(row, of: sheet)
            keys += (row.registrant.isEmpty ? 0 : 1) + (row.email.isEmpty ? 0 : 1)
        }
        var handedOut: [Int64] = []
        let found = try finder.finish(policy: policy) { low, _ in handedOut.append(low) }
        // The journal's index is filled by appending, so the order matters.
        #expect(handedOut.count == keys)
        #expect(zip(handedOut, handedOut.dropFirst()).allSatisfy(<=))
        #expect(found.allSatisfy { $0.otherRow == $0.other + 1 })
        return found
    }

    @Test(
        "the same decision twice is sent once",
        arguments: [
            (["A//approve", "A//approve", "A//approve"], ["2 duplicate 1", "3 duplicate 1"]),
            (["/x@y.org/deny", "/X@Y.org/deny"], ["2 duplicate 1"]),
            (["A/x@y.org/approve", "/x@y.org/approve"], ["2 duplicate 1"]),
            (["A/x@y.org/approve", "A//approve", "/X@y.org/approve"], ["2 duplicate 1", "3 duplicate 1"]),
            // An id says more than an email that Zoom may know twice: both are sent.
            (["A/x@y.org/approve", "B/x@y.org/approve"], []), (["/x@y.org/approve", "A/x@y.org/approve"], []),
            (["A//approve", "/x@y.org/approve"], []), (["A//approve", "a//approve"], []),
        ]
    )
    func duplicates(_ rows: [String], _ expected: [String]) throws {
        #expect(try findings(rows) == expected)
    }

    @Test(
        "different decisions about one registrant are not sent, also where id and email only meet in a third row",
        arguments: [
            (["A//approve", "A//deny"], ["1 conflict 2", "2 conflict 1"]),
            (["/x@y.org/approve", "A/x@y.org/cancel", "B//approve"], ["1 conflict 2", "2 conflict 1"]),
            (["A//approve", "A/x@y.org/approve", "/x@y.org/deny"], ["1 conflict 3", "2 conflict 3", "3 conflict 1"]),
            (["A//approve", "/x@y.org/deny"], []),
        ]
    )
    func conflicts(_ rows: [String], _ expected: [String]) throws {
        #expect(try findings(rows) == expected)
    }

    @Test(
        "one id with two emails is mixed up, and so is whoever hangs together with it, whatever is decided",
        arguments: SheetOptions.ConflictPolicy.allCases
    )
    func mixUps(_ policy: SheetOptions.ConflictPolicy) throws {
        func found(_ rows: String...) throws -> [String] { try findings(rows, policy) }
        #expect(try found("A/x@y.org/deny", "A/z@y.org/deny") == ["1 mixedUp 2", "2 mixedUp 1"])
        #expect(
            try found("A//deny", "A/x@y.org/deny", "B//deny", "A/z@y.org/approve", "/z@y.org/deny")
                == ["1 mixedUp 2", "2 mixedUp 4", "4 mixedUp 2", "5 mixedUp 2"]
        )
        #expect(try found("A/x@y.org/deny", "A/X@Y.org/deny") == ["2 duplicate 1"])
    }

    @Test(
        "the policy says which row decides",
        arguments: [
            (SheetOptions.ConflictPolicy.first, ["2 overruled 1", "3 duplicate 1"]),
            (.last, ["2 overruled 3", "3 duplicate 1"]), (.reject, ["1 conflict 2", "2 conflict 1", "3 conflict 2"]),
        ]
    )
    func policies(_ policy: SheetOptions.ConflictPolicy, _ expected: [String]) throws {
        #expect(try findings(["A//approve", "A//deny", "A//approve"], policy) == expected)
    }

    @Test("another meeting's row is another matter")
    func otherTarget() throws {
        #expect(try find(["84512093377,A,,approve", "84512093378,A,,deny"], .reject, inMemory: 64).isEmpty)
    }

    @Test(
        "agrees with comparing every row with every other, in memory and by way of the disk",
        arguments: [1 << 19, 3]
    )
    func model(_ bound: Int) throws {
        var chance = SplitMix64(seed: UInt64(bound))
        for round in 0..<300 {
            let people = Int.random(in: 1...12, using: &chance)
            let rows = (0..<Int.random(in: 1...24, using: &chance)).map { _ in
                let id = Bool.random(using: &chance) ? "id\(Int.random(in: 1...people, using: &chance))" : ""
                let needsEmail = id.isEmpty || Bool.random(using: &chance)
                let letter = Bool.random(using: &chance) ? "g" : "G"
                // Mostly the same email for an id.
                let isOwn = !id.isEmpty && Int.random(in: 0..<8, using: &chance) > 0
                let number = isOwn ? String(id.dropFirst(2)) : "\(Int.random(in: 1...people, using: &chance))"
                return PlainDuplicates.Row(
                    target: Int.random(in: 0...1, using: &chance),
                    id: id,
                    email: needsEmail ? "\(letter)uest\(number)@example.org" : "",
                    action: Int.random(in: 0..<6, using: &chance) > 0 ? .approve : .deny
                )
            }
            let lines = rows.map { "\(84_512_093_377 + $0.target),\($0.id),\($0.email),\($0.action)" }
            for policy in SheetOptions.ConflictPolicy.allCases {
                let expected = PlainDuplicates.findings(rows, policy)
                let found = try find(lines, policy, inMemory: bound)
                #expect(found.count == expected.count, "round \(round), \(policy): \(lines)")
                for finding in found {
                    let (kind, other) = expected[finding.row] ?? ("nothing", 0)
                    #expect(
                        "\(finding.kind) \(finding.other)" == "\(kind) \(other)",
                        "round \(round), \(policy), row \(finding.row): \(lines)"
                    )
                }
            }
        }
    }

    @Test("counts letters A to Z alike in emails, at every place of a word, and no other bytes")
    func lowercasing() {
        for length in 1...17 {
            for byte in UInt8.min ... .max {
                var upper = Array(repeating: UInt8(0x61), count: length)
                upper[length / 2] = byte
                var lower = upper
                if byte >= 0x41, byte <= 0x5A { lower[length / 2] = byte | 0x20 }
                let hash = SipHash128(k0: 1, k1: 2)
                let keys = [(upper, true), (lower, false)].map { bytes, isLowercasing in
                    bytes.withUnsafeBufferPointer { hash.hash($0, lowercasing: isLowercasing) }
                }
                #expect(keys[0] == keys[1], "\(byte) in \(length)")
            }
        }
    }
}

import Testing

@testable import Decisions

@Suite("Sheets that decide differently")
struct SheetContradictionTests {
    /// What is found in sheets of rows `id/email/action`, as `sheet.row action < sheet.row action`.
    private func find(_ sheets: [[String]], inMemory bound: Int = 1 << 18) throws -> [String] {
        var contradictions = SheetContradictions(inMemory: bound)
        for rows in sheets {
            let lines = rows.map { "84512093377,\($0.replacing("/", with: ","))\n" }
            let text = "Meeting,Registrant ID,Email,Action,Occurrence\n" + lines.joined()
            try contradictions.add(TestSheet(text).sheet)
        }
        func text(_ place: SheetContradictions.Place) -> String {
            #expect(place.row == place.number + 1)
            return "\(place.sheet).\(place.number) \(place.action)"
        }
        return try contradictions.finish().map { "\(text($0.overruled)) < \(text($0.winner))" }
    }

    @Test(
        "are found by id or address, and the later one wins",
        arguments: [
            ([["A//approve"], ["A//deny"]], ["0.1 approve < 1.1 deny"]),
            ([["/x@y.org/approve", "/z@y.org/deny"], ["/Z@y.org/approve"]], ["0.2 deny < 1.1 approve"]),
            ([["A//approve"], ["A//deny"], ["A//cancel"]], ["0.1 approve < 2.1 cancel", "1.1 deny < 2.1 cancel"]),
            ([["A//approve"], ["A//deny"], ["A//approve"]], ["1.1 deny < 2.1 approve"]),
            ([["A/x@y.org/approve"], ["A/other@y.org/deny"]], ["0.1 approve < 1.1 deny"]),
            ([["A/x@y.org/approve"], ["/x@y.org/deny"]], ["0.1 approve < 1.1 deny"]),
            ([["A/x@y.org/approve"], ["A/x@y.org/deny"]], ["0.1 approve < 1.1 deny"]),
            ([[], ["A//approve"], [], ["B//deny", "A//deny"], []], ["1.1 approve < 3.2 deny"]),
        ]
    )
    func found(_ sheets: [[String]], _ expected: [String]) throws {
        #expect(try find(sheets) == expected)
        #expect(try find(sheets, inMemory: 1) == expected)
    }

    @Test(
        "are none where they agree, where a row is not sent, or where the people or evenings are others",
        arguments: [
            [["A//approve"], ["A//approve"]], [["A//approve", "A//deny"]],
            [["A//approve", "A//deny"], ["A//approve"]],
            [["A//approve"], ["A//approve", "A//deny"]], [["A//approve"], ["A//"]], [["A//approve"], ["A//maybe"]],
            // Ids tell people apart who share an address.
            [["A/x@y.org/approve"], ["B/x@y.org/deny"]], [["A//approve"], ["A//deny/1796061600000"]], [["A//approve"]],
            [],
        ]
    )
    func none(_ sheets: [[String]]) throws { #expect(try find(sheets) == []) }

    @Test("are counted row by row, however many")
    func many() throws {
        let rows = (1...3_000).map { "id\($0)//approve" }
        let found = try find([rows, rows.map { $0.replacing("approve", with: "deny") }], inMemory: 500)
        #expect(found == (1...3_000).map { "0.\($0) approve < 1.\($0) deny" })
    }
}

import Testing

@testable import Decisions

@Suite("An occurrence's id in brackets")
struct OccurrenceFormTests {
    @Test("it is the id inside, with spaces around it or none", arguments: ["[1796666400000]", " [1796666400000] "])
    func taken(text: String) {
        var options = SheetOptions()
        #expect(options.give(text, as: .occurrence) == nil)
        #expect(options.given[.occurrence] == "1796666400000")
    }

    @Test(
        "nothing that is not exactly so is taken for one",
        arguments: [
            "[179666640000]", "[17966664000000]", "[[1796666400000]]", "(1796666400000)", "[1796666400000",
            "1796666400000]", "[1.79667E+12]", "[1796666400000.0]", "[ 1796666400000 ]", "[0796666400000]", "[]",
            "[-796666400000]",
            "[1796666400000][1796666400000]", "{1796666400000}",
        ]
    )
    func refused(text: String) {
        var options = SheetOptions()
        #expect(options.give(text, as: .occurrence) != nil)
        #expect(options.given[.occurrence] == nil)
    }

    @Test("a meeting's number is never in brackets")
    func meeting() {
        var options = SheetOptions()
        #expect(options.give("[84512093377]", as: .meeting) != nil)
    }
}

import SheetFuzzing
import Testing

@Suite("Made-up files")
struct FuzzTests {
    /// scripts/fuzz does a million of them.
    @Test(
        "are all read as they must be: same records in any pieces, nothing invented, no row without a verdict",
        arguments: [
            1...10_000, 10_001...20_000,
        ] as [ClosedRange<UInt64>]
    )
    func quick(_ seeds: ClosedRange<UInt64>) throws {
        let check = try SheetCheck()
        var decisions = 0
        for seed in seeds {
            do { decisions += try check.check(SheetCase(seed: seed)) } catch { Issue.record("seed \(seed): \(error)") }
        }
        // Were most of them refused at the door, the rest would prove little.
        #expect(decisions > 2_500)
    }
}

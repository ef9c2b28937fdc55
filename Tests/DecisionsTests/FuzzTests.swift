import SheetFuzzing
import Testing

@Suite("Made-up files")
struct FuzzTests {
    @Test("are all read as they must be: same records in any pieces, nothing invented, no row without a verdict")
    func quick() throws {
        let check = try SheetCheck()
        var decisions = 0
        // scripts/fuzz does a million of them.
        for seed in 1...UInt64(20_000) {
            do { decisions += try check.check(SheetCase(seed: seed)) } catch { Issue.record("seed \(seed): \(error)") }
        }
        // Were most of them refused at the door, the rest would prove little.
        #expect(decisions > 5_000)
    }
}

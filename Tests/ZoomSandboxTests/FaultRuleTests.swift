import Testing
import ZoomModel
import ZoomSandbox

@Suite("Fault rules")
struct FaultRuleTests {
    @Test(
        "a rule reads back as it is written",
        arguments: [
            "503:0.05", "500-after:0.25", "cut-before:0.02", "cut-after:1.0", "reset:every=10", "token-503:0.5",
            "gzip-bomb:every=3",
        ]
    )
    func roundTrip(text: String) {
        #expect(FaultRule(text)?.description == text)
    }

    @Test(
        "what is no rule is refused",
        arguments: ["", "503", "503:2", "503:-1", "9:0.1", "bang:0.1", "503:every=0", "503:0.1:2"]
    )
    func refused(text: String) {
        #expect(FaultRule(text) == nil)
    }
}

import Testing
import ZoomModel

@Suite("How the sandbox counts a second")
struct RateCounterTests {
    /// How many of requests at these times pass.
    private func passed(_ times: [Double], limit: Int, _ window: RateWindow, others: Double = 0) -> Int {
        var counter = RateCounter(limit: limit, window: window, others: others)
        return times.count { counter.admits(at: $0) }
    }

    @Test("no window lets more than the limit pass at one moment", arguments: RateWindow.allCases)
    func burst(window: RateWindow) {
        #expect(passed(Array(repeating: 100.25, count: 50), limit: 20, window) == 20)
    }

    @Test("a sliding window counts the last second, wherever it begins")
    func sliding() {
        let times = (0..<20).map { 100.9 + Double($0) * 0.001 } + [101.5, 101.899, 101.9001]
        #expect(passed(times, limit: 20, .sliding) == 21)
    }

    @Test("a fixed window begins anew with each second of the clock, so twice the limit may pass around its turn")
    func fixed() {
        let times = Array(repeating: 100.99, count: 20) + Array(repeating: 101.01, count: 21)
        #expect(passed(times, limit: 20, .fixed) == 40)
    }

    @Test("a bucket fills evenly")
    func bucket() {
        let times = Array(repeating: 100.0, count: 21) + [100.051, 100.051, 100.102]
        #expect(passed(times, limit: 20, .bucket) == 22)
    }

    @Test("what another app sends is taken from the same limit", arguments: RateWindow.allCases)
    func others(window: RateWindow) {
        let times = (0..<300).map { 100 + Double($0) / 100 }
        let alone = passed(times, limit: 20, window)
        let shared = passed(times, limit: 20, window, others: 10)
        #expect(shared < alone)
        #expect(shared >= alone / 3)
    }

    @Test("a refused request is not counted")
    func refused() {
        var counter = RateCounter(limit: 1, window: .sliding, others: 0)
        let answers = [0.0, 0.5, 0.9, 1.01].map { counter.admits(at: $0) }
        #expect(answers == [true, false, false, true])
    }
}

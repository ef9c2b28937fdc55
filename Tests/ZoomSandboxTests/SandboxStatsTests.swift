import Testing
import ZoomModel

@testable import ZoomSandbox

@Suite("What the sandbox counts")
struct SandboxStatsTests {
    private static let one = MeetingKey(kind: .meeting, id: "1")
    private static let other = MeetingKey(kind: .webinar, id: "1")

    private func answer(_ stats: inout SandboxStats, _ key: MeetingKey, after latency: Duration) {
        stats.end(key, status: 204, applied: 1, fault: nil, latency: latency)
    }

    @Test("the longest wait is that of the meeting whose requests waited longest in sum")
    func longestWait() {
        var stats = SandboxStats()
        for milliseconds in [50, 40, 30] { answer(&stats, Self.one, after: .milliseconds(milliseconds)) }
        answer(&stats, Self.other, after: .milliseconds(100))
        #expect(stats.longestWait == .milliseconds(120))
        #expect(String(decoding: SandboxAnswer.bytes(stats.json), as: UTF8.self).contains(#""longestWaitMs":120"#))
    }

    @Test("the busiest second is counted wherever it begins")
    func peak() {
        var stats = SandboxStats()
        for moment in [10.0, 10.6, 10.9, 11.5, 12.6] { stats.begin(Self.one, at: moment) }
        #expect(stats.peakPerSecond == 3)
        #expect(stats.requests == 5)
    }

    @Test("requests to one meeting that overlap are told from those to several")
    func overlap() {
        var stats = SandboxStats()
        stats.begin(Self.one, at: 1)
        stats.begin(Self.other, at: 1)
        #expect(stats.peakPerMeeting == 1)
        stats.begin(Self.one, at: 1)
        answer(&stats, Self.one, after: .zero)
        stats.begin(Self.one, at: 1)
        #expect(stats.peakPerMeeting == 2)
    }
}

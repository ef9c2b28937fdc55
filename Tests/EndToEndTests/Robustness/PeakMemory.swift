import Foundation

/// How much memory `usher` may hold, whatever it meets, in KiB.
enum PeakMemory {
    /// Twice what a debug build holds in an ordinary run. A sanitizer's own bookkeeping is many times that.
    static let limit = isSanitized ? 4 * 1_024 * 1_024 : 128 * 1_024

    /// `scripts/test --sanitize KIND` builds in `.build-KIND`.
    private static let isSanitized = Products.directory.pathComponents.contains { $0.hasPrefix(".build-") }
}

extension Child {
    /// Watches it to its end; returns the most memory that it ever held, in KiB, as the kernel counts it.
    func peakMemory() async throws -> Int {
        var peak = 0
        while isRunning {
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            peak = max(peak, line.flatMap { Int($0.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]) } ?? 0)
            try await Task.sleep(for: .milliseconds(5))
        }
        return peak
    }
}

import Foundation

/// How much memory `usher` may hold, whatever it meets, in KiB.
enum PeakMemory {
    /// Twice what a debug build holds in an ordinary run. Under a sanitizer there is no limit: its shadow memory, and freed
    /// memory that it holds back, are many times what the program itself needs.
    static let limit = isSanitized ? Int.max : 128 * 1_024

    /// Whether a sanitizer's runtime is in this process, and so in the programs that were built with it.
    private static let isSanitized = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
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

package import FoundationEssentials
package import Journal
package import Sending
import Synchronization

/// A run's progress, for a display.
package struct LiveProgress: Sendable, Hashable {
    package var jobs: [JobProgress]
    /// Requests a second over the last seconds.
    package var rate: Double
    /// Requests a second that may be sent now; nil if unknown or unlimited.
    package var allowedRate: Double?
    /// Requests that Zoom refused as too many.
    package var refusals: Int
    /// Seconds until Zoom accepts requests again; nil if nothing pauses.
    package var pause: Double?
    /// Estimated seconds to the end; nil if unknown.
    package var secondsLeft: Double?

    package init(
        jobs: [JobProgress],
        rate: Double = 0,
        allowedRate: Double? = nil,
        refusals: Int = 0,
        pause: Double? = nil,
        secondsLeft: Double? = nil
    ) {
        self.jobs = jobs
        self.rate = rate
        self.allowedRate = allowedRate
        self.refusals = refusals
        self.pause = pause
        self.secondsLeft = secondsLeft
    }
}

/// Polls a journal for the progress of a run: this process's own, or another's.
///
/// A failed poll returns nothing; it never disturbs a run.
package final class ProgressReader: Sendable {
    private let reader: Mutex<JournalReader>
    /// Seconds over which the rate is measured.
    private static let span = 5.0

    /// Opens the journal.
    ///
    /// - Throws: `JournalError`.
    package init(path: String) throws(JournalError) {
        reader = Mutex(try JournalReader(path: path))
    }

    /// This process's run: its own figures, and its jobs from the journal.
    package func progress(_ run: RunProgress, of jobs: [JobID]) -> LiveProgress? {
        guard let shown = reader.withLock({ reader in try? reader.progress(of: jobs) }) else { return nil }
        let total = run.total
        let pause = total.pausedUntil.map { until -> Double in
            let left = (until - run.elapsed).components
            return Double(left.seconds) + Double(left.attoseconds) / 1e18
        }
        return LiveProgress(
            jobs: shown,
            rate: total.rate,
            allowedRate: total.allowedRate.isFinite ? total.allowedRate : nil,
            refusals: total.refusals,
            pause: pause,
            secondsLeft: run.secondsLeft
        )
    }

    /// Another process's run; nil if none is under way.
    ///
    /// - Throws: `JournalError`.
    package func progress(at now: Date) throws(JournalError) -> LiveProgress? {
        let found: Result<LiveProgress?, JournalError> = reader.withLock { reader in
            do throws(JournalError) {
                return .success(try Self.progress(at: now, reader))
            } catch {
                return .failure(error)
            }
        }
        return try found.get()
    }

    private static func progress(at now: Date, _ reader: JournalReader) throws(JournalError) -> LiveProgress? {
        guard reader.holder != nil else { return nil }
        let run = try reader.runWithoutEnd()
        let span = min(span, max(1, run.map { now.timeIntervalSince($0.startedAt) } ?? span))
        let recent = try reader.recentRequests(since: now.addingTimeInterval(-span), now: now)
        let rate = Double(recent.count) / span
        let pace = rate > 0 ? rate : run?.allowedRate ?? 0
        return LiveProgress(
            jobs: try reader.progress(of: nil),
            rate: rate,
            allowedRate: run?.allowedRate,
            refusals: run?.refusals ?? 0,
            secondsLeft: pace > 0 ? Double(recent.batchesLeft) / pace : nil
        )
    }
}

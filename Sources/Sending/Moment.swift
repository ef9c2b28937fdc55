package import FoundationEssentials

/// Now, by both of a machine's clocks.
///
/// Pacing and waiting go by the monotonic one, which is never set; days and deadlines that Zoom names go by the calendar,
/// which may be stepped at any time.
package struct Moment: Sendable, Hashable {
    /// Since the run began, monotonic.
    package var elapsed: Duration
    /// By the calendar.
    package var date: Date

    package init(elapsed: Duration, date: Date) {
        self.elapsed = elapsed
        self.date = date
    }
}

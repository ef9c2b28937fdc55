import FoundationEssentials
import Zoom

extension RetryAfter {
    /// How long from now, never longer than a day: Zoom's limits end at 00:00 UTC at the latest, so more can only be a
    /// mistake.
    func wait(from now: Moment) -> Duration {
        let day = 24 * 60 * 60
        return switch self {
        case .seconds(let seconds): .seconds(min(max(0, seconds), day))
        case .date(let date): .seconds(min(max(0, date.timeIntervalSince(now.date)), Double(day)))
        }
    }

    /// The same as a date; nil where it is not in the future.
    func date(after now: Moment) -> Date? {
        let wait = wait(from: now)
        return wait > .zero ? now.date.addingTimeInterval(wait.inSeconds) : nil
    }
}

import Foundation

/// 00:00 UTC, when Zoom's limits of a day end: what is deferred until then is waited for in the last two minutes before.
enum Midnight {
    /// Whether it is far enough for a test in which something must stay deferred.
    static var isFar: Bool {
        let second = Int(Date().timeIntervalSince1970) % 86_400
        return (10..<86_400 - 400).contains(second)
    }
}

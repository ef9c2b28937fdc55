import Foundation

/// How much longer than usual everything may take: `USHER_PATIENCE` times, where a sanitizer or a busy machine slows it
/// down.
enum Patience {
    static let factor = ProcessInfo.processInfo.environment["USHER_PATIENCE"].flatMap(Int.init) ?? 1
}

/// Something that should have happened did not happen in time.
struct TookTooLong: Error, CustomStringConvertible {
    let what: String
    let limit: Duration

    var description: String { "waited \(limit) in vain: \(what)" }
}

/// Returns as soon as a condition holds that another process brings about: a line in a file, a growing journal.
///
/// - Throws: `TookTooLong` when it never does.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(60),
    lookingEvery interval: Duration = .milliseconds(2),
    _ condition: () async throws -> Bool
) async throws {
    let limit = limit * Patience.factor
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw TookTooLong(what: what, limit: limit) }
        try await Task.sleep(for: interval)
    }
}

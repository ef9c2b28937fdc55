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
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw TookTooLong(what: what, limit: limit) }
        try await Task.sleep(for: interval)
    }
}

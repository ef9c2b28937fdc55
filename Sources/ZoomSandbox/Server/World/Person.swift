/// A registrant of one meeting.
struct Person {
    let id: String
    let email: String
    /// The status for the whole series.
    var status: SandboxStatus
    /// The status for single occurrences, where it was changed there.
    var inOccurrence: [String: SandboxStatus] = [:]
    /// Requests that named this registrant, per day.
    var changes = DayCount()
    /// Why Zoom refuses the registrant, if it does.
    var refuse: PersonRefusal?
    /// Whether a change is confirmed and not made.
    var isStuck = false

    func status(in occurrence: String?) -> SandboxStatus {
        occurrence.flatMap { inOccurrence[$0] } ?? status
    }

    mutating func set(_ new: SandboxStatus, in occurrence: String?) {
        if isStuck { return }
        if let occurrence { inOccurrence[occurrence] = new } else { status = new }
    }
}

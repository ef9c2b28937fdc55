package import Decisions
package import FoundationEssentials
import SQLite

/// A batch as the journal holds it.
struct BatchRecord {
    let id: BatchID
    let job: JobID
    let target: TargetID
    let action: Action
    var state: BatchState
    var size: Int { members.count }
    private(set) var rows: Int
    private(set) var members: [DecisionID]
    let suspect: Bool
    var attempts: Int
    var day: UTCDay
    var dayAttempts: Int
    /// When Zoom last confirmed it, and when a request for it last went unanswered, in the order of events.
    var confirmed: Int64?
    var lost: Int64?

    /// The columns that `init` reads.
    static let columns =
        "id, job, target, action, state, size, rows, members, suspect, attempts, day, day_attempts, confirmed, lost"

    /// Nil if a cell holds something Usher never wrote.
    init?(_ row: Row) {
        guard let action = Action(rawValue: row.string("action")),
            let state = BatchState(rawValue: row.string("state")),
            let members = row.withBytes("members", DecisionIDList.decode), members.count == row.int("size")
        else { return nil }
        id = row.id("id")
        job = row.id("job")
        target = row.id("target")
        self.action = action
        self.state = state
        rows = row.int("rows")
        self.members = members
        suspect = row.bool("suspect")
        attempts = row.int("attempts")
        day = UTCDay(number: row.int64("day"))
        dayAttempts = row.int("day_attempts")
        confirmed = row.optionalInt64("confirmed")
        lost = row.optionalInt64("lost")
    }

    /// - Throws: `JournalError.inconsistent` if a cell holds something Usher never wrote.
    init(checked row: Row, path: String) throws(JournalError) {
        guard let record = BatchRecord(row) else {
            throw .inconsistent(path: path, detail: "batch \(row.int64("id")) can't be read")
        }
        self = record
    }

    /// Counts one more request; if it may have changed somebody's status, also for its UTC day.
    ///
    /// A clock set back over midnight must not allow changes twice, so a request of an earlier day counts for the
    /// latest day, unless that is so far ahead that it must be wrong.
    mutating func count(attemptOn day: UTCDay, mayHaveChanged: Bool) {
        attempts += 1
        guard mayHaveChanged else { return }
        let isSameDay = day == self.day || isSetBack(to: day)
        dayAttempts = (isSameDay ? dayAttempts : 0) + 1
        if !isSameDay { self.day = day }
    }

    /// Resets the attempts, for a decision that copies the record but was never in it.
    mutating func forgetAttempts() {
        attempts = 0
        dayAttempts = 0
    }

    /// At most how many requests on a UTC day may have changed somebody's status.
    func changes(on day: UTCDay) -> Int {
        if day == self.day { return dayAttempts }
        // That day's count was not kept, so all attempts count.
        return isSetBack(to: day) ? attempts : 0
    }

    private func isSetBack(to day: UTCDay) -> Bool { (1...2).contains(day.distance(to: self.day)) }

    /// The batch without some of its members, which account for `rows` rows.
    func without(_ leaving: Set<DecisionID>, rows: Int) -> BatchRecord {
        var rest = self
        rest.members.removeAll(where: leaving.contains)
        rest.rows -= rows
        return rest
    }
}

/// The state of a batch and its decisions.
package enum BatchState: String, Sendable, Hashable, CaseIterable {
    /// To be sent.
    case pending
    /// Its request may have left: the intent is on disk, the result is not.
    case inFlight = "in_flight"
    /// Zoom confirmed it.
    case applied
    /// Zoom refused it for good.
    case failed
    /// May be sent after a given time.
    case deferred
    /// Other batches took over its decisions, after a split or a regrouping.
    case replaced

    /// The outcome of its decisions; nil if another batch determines it.
    package var outcome: Outcome? {
        switch self {
        case .pending, .inFlight: .pending
        case .applied: .applied
        case .failed: .failed
        case .deferred: .deferred
        case .replaced: nil
        }
    }

    /// The only steps a batch may take.
    func mayBecome(_ next: BatchState) -> Bool {
        switch (self, next) {
        case (.pending, .inFlight), (.deferred, .inFlight): true
        case (.inFlight, .pending), (.inFlight, .applied), (.inFlight, .failed), (.inFlight, .deferred): true
        case (.inFlight, .replaced), (.pending, .replaced), (.deferred, .replaced): true
        case (.pending, .deferred), (.deferred, .deferred), (.pending, .failed), (.deferred, .failed): true
        // A failed batch is tried again.
        case (.failed, .pending): true
        default: false
        }
    }
}

/// An unsettled batch without its registrants: what a scheduler needs to know.
package struct OpenBatch: Sendable, Hashable {
    /// Identifies it.
    package let id: BatchID
    /// The job it belongs to.
    package let job: JobID
    /// Where to send it.
    package let target: Target
    /// What it asks for.
    package let action: Action
    /// How many registrants it holds.
    package let size: Int
    /// How many rows of the spreadsheet it settles: its registrants' rows and their duplicates.
    package let rows: Int
    /// The earliest moment to send it.
    package let dueAt: Date?
    /// How many requests have held these registrants.
    package let attempts: Int
    /// Whether it results from a refusal that one of its registrants may have caused.
    package let suspect: Bool

    package init(
        id: BatchID,
        job: JobID,
        target: Target,
        action: Action,
        size: Int,
        rows: Int,
        dueAt: Date?,
        attempts: Int,
        suspect: Bool
    ) {
        self.id = id
        self.job = job
        self.target = target
        self.action = action
        self.size = size
        self.rows = rows
        self.dueAt = dueAt
        self.attempts = attempts
        self.suspect = suspect
    }
}

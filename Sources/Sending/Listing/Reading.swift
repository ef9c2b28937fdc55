import Decisions
import Zoom

/// The reading of one meeting's three lists, page by page.
struct Reading: Sendable {
    /// What follows from a page.
    enum Progress: Sendable, Hashable {
        /// There is more to read.
        case more
        /// All three lists are read to their ends.
        case complete
        /// The pages go in a circle, or never end.
        case endless
    }

    /// Zoom's page tokens are good for 15 minutes; one that is nearly over is not worth a request.
    static let tokenLife = Duration.seconds(14 * 60)
    /// No list has more pages: 300,000 registrants are more than Zoom lets in anywhere.
    static let mostPages = 1_000
    /// How often one list may be begun anew because its page token had expired.
    static let mostRestarts = 3

    let target: Target
    /// Whether the lists were read once before, for certainty about those who were missing.
    private(set) var isSecond = false
    private(set) var roll = Roll()
    private var earlier: Roll?
    private var list = 0
    private var token: (text: String, since: Duration)?
    private var pages = 0
    private var restarts = 0

    init(_ target: Target) {
        self.target = target
    }

    private var status: RegistrantQuery.Status { RegistrantQuery.Status.allCases[list] }

    /// What to ask next.
    mutating func query(at now: Duration) -> RegistrantQuery {
        if let token, now - token.since > Self.tokenLife { _ = restart() }
        return RegistrantQuery(target: target, status: status, pageToken: token?.text)
    }

    /// A page came.
    mutating func took(_ page: RegistrantPage, at now: Duration) -> Progress {
        for registrant in page.registrants { roll.add(registrant, in: status) }
        pages += 1
        if let next = page.nextPageToken {
            guard next != token?.text, pages < Self.mostPages else { return .endless }
            token = (next, now)
            return .more
        }
        (token, pages, restarts) = (nil, 0, 0)
        list += 1
        guard list == RegistrantQuery.Status.allCases.count else { return .more }
        if let earlier { roll.keep(earlier) }
        return .complete
    }

    /// The page token was refused: the list is begun anew. False if that is not what is wrong, or was done too often.
    mutating func restart() -> Bool {
        guard token != nil, restarts < Self.mostRestarts else { return false }
        restarts += 1
        (token, pages) = (nil, 0)
        return true
    }

    /// Reads all lists once more; the first reading is kept for those whom the second one does not see.
    mutating func again() {
        earlier = roll
        (roll, list, token, pages, restarts) = (Roll(), 0, nil, 0, 0)
        isSecond = true
    }
}

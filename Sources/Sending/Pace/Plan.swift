/// An account's plan, which decides how many requests Zoom takes.
///
/// "Update registrant's status" and the lists of registrants carry the label Medium.
/// Source: Zoom's rate-limit page, table "Rate limits by account type".
package enum Plan: String, Sendable, Hashable, CaseIterable {
    /// 2 requests a second, 2,000 a day.
    case free
    /// 20 requests a second.
    case pro
    /// 60 requests a second; also Education, Enterprise and Partners.
    case business

    /// Requests a second that the label Medium allows.
    package var requestsPerSecond: Int {
        switch self {
        case .free: 2
        case .pro: 20
        case .business: 60
        }
    }

    /// Requests a UTC day that the label Medium allows; nil where Zoom names no limit.
    var requestsPerDay: Int? {
        self == .free ? 2_000 : nil
    }
}

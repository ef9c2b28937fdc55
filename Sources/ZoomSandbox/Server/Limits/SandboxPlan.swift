/// Zoom's plans and their Medium label. Source: Zoom's page "Rate limits".
package enum SandboxPlan: String, Sendable, Hashable, CaseIterable, Codable {
    /// 2 requests a second, 2,000 a day.
    case free
    /// 20 requests a second.
    case pro
    /// 60 requests a second.
    case business

    /// Requests a second.
    package var perSecond: Int {
        switch self {
        case .free: 2
        case .pro: 20
        case .business: 60
        }
    }

    /// Requests a day, if they are limited.
    package var perDay: Int? {
        self == .free ? 2_000 : nil
    }
}

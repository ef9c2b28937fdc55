package import Decisions

/// One page of "List meeting registrants" or "List webinar registrants".
package struct RegistrantQuery: Sendable, Hashable {
    /// The statuses that Zoom keeps lists of. Who cancelled their own registration is in none of them; a
    /// registration that the host cancelled is listed as denied, or nowhere.
    package enum Status: String, Sendable, Hashable, CaseIterable, Codable {
        /// Waits for a decision.
        case pending
        /// Let in.
        case approved
        /// Turned away.
        case denied
    }

    /// The meeting or webinar, and the occurrence if one is meant.
    package var target: Target
    /// Which list.
    package var status: Status
    /// Registrants on a page, 1...300. Source: parameter `page_size`.
    package var pageSize: Int
    /// The `next_page_token` of the page before, which is good for 15 minutes; nil for the first.
    package var pageToken: String?

    package init(target: Target, status: Status, pageSize: Int = 300, pageToken: String? = nil) {
        self.target = target
        self.status = status
        self.pageSize = pageSize
        self.pageToken = pageToken
    }
}

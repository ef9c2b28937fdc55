/// One page of a listing.
public struct RegistrantPage: Sendable, Hashable {
    /// The registrants, in Zoom's order.
    public let registrants: [ListedRegistrant]
    /// What to ask the next page with, or nil if this is the last.
    public let nextPageToken: String?
    /// How many there are on all pages, if Zoom says so.
    public let total: Int?

    /// Makes a page.
    public init(registrants: [ListedRegistrant], nextPageToken: String? = nil, total: Int? = nil) {
        self.registrants = registrants
        self.nextPageToken = nextPageToken
        self.total = total
    }
}

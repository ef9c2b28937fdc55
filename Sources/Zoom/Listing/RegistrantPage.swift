/// One page of a listing.
package struct RegistrantPage: Sendable, Hashable {
    /// The registrants, in Zoom's order.
    package let registrants: [ListedRegistrant]
    /// What to ask the next page with, or nil if this is the last.
    package let nextPageToken: String?
    /// How many there are on all pages, if Zoom says so.
    package let total: Int?

    package init(registrants: [ListedRegistrant], nextPageToken: String? = nil, total: Int? = nil) {
        self.registrants = registrants
        self.nextPageToken = nextPageToken
        self.total = total
    }
}

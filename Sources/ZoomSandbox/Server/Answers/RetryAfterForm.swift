/// How the sandbox writes `Retry-After`. Zoom documents ISO 8601; HTTP knows the other two.
package enum RetryAfterForm: String, Sendable, Hashable, CaseIterable {
    /// A number of seconds.
    case seconds
    /// An HTTP date.
    case date
    /// `2020-05-31T00:00:00Z`.
    case iso
    /// Not at all.
    case none
}

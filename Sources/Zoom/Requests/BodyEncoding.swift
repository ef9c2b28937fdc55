/// The two encodings of a status update's body that Zoom's published description of the API names.
package enum BodyEncoding: String, Sendable, Hashable, CaseIterable {
    /// `application/json`, as client libraries send it.
    case json
    /// `multipart/form-data` with the fields `action` and `registrants`, as Zoom's own page shows it.
    case multipart
}

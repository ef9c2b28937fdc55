/// How a row names its registrant: by Zoom's id, by email, or by both; never by neither.
///
/// Users report that the email alone is accepted by Zoom, and that a wrong id spoils a right email
/// (MacsiDigital/laravel-zoom issues 32 and 96).
package struct Registrant: Sendable, Hashable {
    /// Zoom's id of the registrant, as exported.
    package let id: String?
    /// The email address, as it will be sent.
    package let email: String?

    /// Nil when both are absent or empty.
    package init?(id: String?, email: String?) {
        let id = id?.isEmpty == true ? nil : id
        let email = email?.isEmpty == true ? nil : email
        guard id != nil || email != nil else { return nil }
        self.id = id
        self.email = email
    }
}

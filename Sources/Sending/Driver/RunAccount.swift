package import Zoom

/// One Zoom account that a run sends to, with its own connection, rate and limits.
package struct RunAccount: Sendable {
    /// The name by which targets mean it; nil for the one without a name.
    package let name: String?
    /// The way to Zoom with this account's credentials.
    package let client: any ZoomClient
    /// The way to Zoom's lists of registrants; only a preflight needs it.
    package let lister: (any RegistrantLister)?
    /// How fast, and what to do in trouble.
    package let options: DispatchOptions

    package init(
        name: String? = nil,
        client: any ZoomClient,
        lister: (any RegistrantLister)? = nil,
        options: DispatchOptions
    ) {
        self.name = name
        self.client = client
        self.lister = lister
        self.options = options
    }
}

public import Zoom

/// One Zoom account that a run sends to, with its own connection, rate and limits.
public struct RunAccount: Sendable {
    /// The name by which targets mean it; nil for the one without a name.
    public let name: String?
    /// The way to Zoom with this account's credentials.
    public let client: any ZoomClient
    /// The way to Zoom's lists of registrants; only a preflight needs it.
    public let lister: (any RegistrantLister)?
    /// How fast, and what to do in trouble.
    public let options: DispatchOptions

    /// Makes an account of a run.
    public init(
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

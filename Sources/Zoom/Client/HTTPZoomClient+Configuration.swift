extension HTTPZoomClient {
    /// Where to send to, and how.
    package struct Configuration: Sendable, Hashable {
        /// The part before `/meetings`.
        package var baseURL: BaseURL
        /// The token endpoint.
        package var tokenURL: BaseURL
        /// How status updates are encoded.
        package var encoding: BodyEncoding
        /// Usher's version, for the `User-Agent`.
        package var version: String
        /// How long, how wide and how large.
        package var limits: Limits
        /// Files of certificates (PEM) that are trusted beside those of the system, for a company's own proxy.
        ///
        /// They add to what is verified; nothing can switch verification off.
        package var trustedRoots: [String]

        package init(
            version: String,
            baseURL: BaseURL = .zoom,
            tokenURL: BaseURL = .zoomToken,
            encoding: BodyEncoding = .json,
            limits: Limits = Limits(),
            trustedRoots: [String] = []
        ) {
            self.version = version
            self.baseURL = baseURL
            self.tokenURL = tokenURL
            self.encoding = encoding
            self.limits = limits
            self.trustedRoots = trustedRoots
        }
    }
}

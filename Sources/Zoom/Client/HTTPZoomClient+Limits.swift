extension HTTPZoomClient {
    /// How long, how wide and how large.
    public struct Limits: Sendable, Hashable {
        /// The most connections kept to one host; more requests at once wait for one.
        public var width: Int
        /// How long making a connection may take.
        public var connectTime: Duration
        /// How long one request may take, from the connection to the end of the answer.
        public var answerTime: Duration
        /// The most bytes of an answer's head that are read.
        public var headBytes: Int
        /// The most bytes of an answer's body that are read; what is beyond is dropped.
        public var bodyBytes: Int
        /// The same for a page of registrants.
        public var pageBytes: Int

        /// Connections to Zoom, and so requests under way in all: one that waited for a connection would count as lost.
        public static let standardWidth = 128

        /// Makes limits; the defaults are for Zoom itself.
        public init(
            width: Int = Self.standardWidth,
            connectTime: Duration = .seconds(10),
            answerTime: Duration = .seconds(60),
            headBytes: Int = 64 * 1_024,
            bodyBytes: Int = 64 * 1_024,
            pageBytes: Int = 1_024 * 1_024
        ) {
            self.width = width
            self.connectTime = connectTime
            self.answerTime = answerTime
            self.headBytes = headBytes
            self.bodyBytes = bodyBytes
            self.pageBytes = pageBytes
        }
    }
}

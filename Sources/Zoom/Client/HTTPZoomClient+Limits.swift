extension HTTPZoomClient {
    /// How long, how wide and how large.
    package struct Limits: Sendable, Hashable {
        /// The most connections kept to one host; more requests at once wait for one.
        package var width: Int
        /// How long making a connection may take.
        package var connectTime: Duration
        /// How long one request may take, from the connection to the end of the answer.
        package var answerTime: Duration
        /// The most bytes of an answer's head that are read.
        package var headBytes: Int
        /// The most bytes of an answer's body that are read; what is beyond is dropped.
        package var bodyBytes: Int
        /// The same for a page of registrants.
        package var pageBytes: Int

        /// Connections to Zoom, and so requests under way in all: one that waited for a connection would count as lost.
        package static let standardWidth = 128

        package init(
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

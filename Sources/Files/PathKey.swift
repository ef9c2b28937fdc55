/// A path, or a name in a directory, as the system tells it from others: by its bytes.
///
/// Swift takes texts for equal that Unicode takes for equal, such as an "é" of one piece and one of two, and so would take one
/// file for another. Whoever compares names, sorts them or looks one up does so by this.
package struct PathKey: Sendable, Hashable, Comparable {
    private let bytes: [UInt8]

    package init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// The order of the bytes.
    package static func < (one: PathKey, other: PathKey) -> Bool { one.bytes.lexicographicallyPrecedes(other.bytes) }
}

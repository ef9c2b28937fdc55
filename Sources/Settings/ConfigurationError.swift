internal import Files

/// What is wrong with the settings: all that was found, not only the first.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// Where: a file with its line, or a variable.
        public let place: String
        /// What is wrong and what to do. Holds no secrets.
        public let sentence: String

        /// Makes a fault.
        public init(_ place: String, _ sentence: String) {
            self.place = place
            self.sentence = sentence
        }

        /// Place and sentence.
        public var description: String { "\(place): \(sentence)".onOneLine }
    }

    /// The faults, in the order of the file; at least one.
    public let faults: [Fault]

    /// Makes an error of what was found.
    public init(_ faults: [Fault]) {
        self.faults = faults
    }

    /// One line for each fault.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}

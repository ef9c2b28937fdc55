import Files

/// What is wrong with the settings: all that was found, not only the first.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    package struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// Where: a file with its line, or a variable.
        package let place: String
        /// What is wrong and what to do. Holds no secrets.
        package let sentence: String

        package init(_ place: String, _ sentence: String) {
            self.place = place
            self.sentence = sentence
        }

        package var description: String { "\(place): \(sentence)".onOneLine }
    }

    /// The faults, in the order of the file; at least one.
    package let faults: [Fault]

    package init(_ faults: [Fault]) {
        self.faults = faults
    }

    /// One line for each fault.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

import Testing

@testable import Settings

/// Small builders of what the tests read.
enum Some {
    static func file(_ text: String) throws -> ConfigurationFile {
        try ConfigurationFile(Array(text.utf8), path: "/c.yaml")
    }

    /// The faults of a file, each with its place.
    static func faults(in text: String) throws -> [String] {
        try #require(throws: ConfigurationError.self) { try file(text) }.faults.map(\.description)
    }
}

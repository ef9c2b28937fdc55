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

    /// A command with these options and flags, described as swift-argument-parser does.
    static func flags(options: [String], flags: [String] = [], letters: [String: String] = [:]) throws -> CommandFlags {
        func argument(_ kind: String, _ name: String) -> String {
            let short = letters[name].map { #",{"kind":"short","name":"\#($0)"}"# } ?? ""
            return """
                {"kind":"\(kind)","names":[{"kind":"long","name":"\(name)"}\(short)],\
                "preferredName":{"kind":"long","name":"\(name)"}}
                """
        }
        let all = options.map { argument("option", $0) } + flags.map { argument("flag", $0) }
        return try CommandFlags(description: #"{"command":{"arguments":[\#(all.joined(separator: ","))]}}"#)
    }
}

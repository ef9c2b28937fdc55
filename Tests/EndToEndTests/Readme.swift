import Foundation

/// The README, as far as tests hold it to its word.
struct Readme {
    static let file = Products.repository.appending(path: "README.md")

    let text: String

    init() throws {
        text = String(decoding: try Data(contentsOf: Self.file), as: UTF8.self)
    }

    /// The lines of all shell blocks, and the commands with arguments that the prose names; without comments.
    var commands: [String] {
        var commands: [String] = []
        var block: Substring?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                block = block == nil ? line.dropFirst(3) : nil
            } else if let language = block {
                guard language == "sh" else { continue }
                let command = line.prefix(upTo: line.firstRange(of: " #")?.lowerBound ?? line.endIndex)
                let trimmed = command.trimmingCharacters(in: .whitespaces)
                if !trimmed.isEmpty, !trimmed.hasPrefix("#") { commands.append(trimmed) }
            } else {
                commands += line.matches(of: /`((?:usher|scripts\/[a-z]+) [^`]+)`/).map { String($0.1) }
            }
        }
        return commands
    }

    /// What stands between two markers.
    func section(_ name: String) throws -> String {
        let (start, end) = try bounds(of: name)
        return String(text[start..<end])
    }

    /// Puts something else between two markers, and writes the file.
    func replace(_ name: String, with content: String) throws {
        let (start, end) = try bounds(of: name)
        var changed = text
        changed.replaceSubrange(start..<end, with: content)
        try Data(changed.utf8).write(to: Self.file)
    }

    private func bounds(of name: String) throws -> (String.Index, String.Index) {
        guard let start = text.firstRange(of: "<!-- \(name) -->")?.upperBound,
            let end = text[start...].firstRange(of: "<!-- /\(name) -->")?.lowerBound
        else { throw CocoaError(.fileReadCorruptFile) }
        return (start, end)
    }
}

import Foundation

/// The README or a guide of `Usher.docc`, as far as tests hold it to its word.
struct Guide {
    let file: URL
    let text: String

    init(file: URL) throws {
        self.file = file
        text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    static func readme() throws -> Guide {
        try Guide(file: Products.repository.appending(path: "README.md"))
    }

    static func named(_ name: String) throws -> Guide {
        try Guide(file: catalog.appending(path: "\(name).md"))
    }

    private static let catalog = Products.repository.appending(path: "Sources/Usher/Usher.docc")

    /// The README, and all guides in the order of their names.
    static func all() throws -> [Guide] {
        let names = try FileManager.default.contentsOfDirectory(atPath: catalog.path).filter { $0.hasSuffix(".md") }
        return try [readme()] + names.sorted().map { try Guide(file: catalog.appending(path: $0)) }
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

    /// The files that it links to.
    var links: [URL] {
        text.matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/).map { String($0.1) }.filter { !$0.contains(":") }
            .map { file.deletingLastPathComponent().appending(path: $0).standardized }
    }

    /// What is between two markers.
    func section(_ name: String) throws -> String {
        let (start, end) = try bounds(of: name)
        return String(text[start..<end])
    }

    /// Puts something else between two markers, and writes the file.
    func replace(_ name: String, with content: String) throws {
        let (start, end) = try bounds(of: name)
        var changed = text
        changed.replaceSubrange(start..<end, with: content)
        try Data(changed.utf8).write(to: file)
    }

    private func bounds(of name: String) throws -> (String.Index, String.Index) {
        guard let start = text.firstRange(of: "<!-- \(name) -->")?.upperBound,
            let end = text[start...].firstRange(of: "<!-- /\(name) -->")?.lowerBound
        else { throw CocoaError(.fileReadCorruptFile) }
        return (start, end)
    }
}

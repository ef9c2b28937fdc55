/// The text of a configuration file: names and values, nested by indentation, in the unambiguous part of YAML.
///
/// Every text accepted here means the same to any YAML reader. The rest of YAML (lists, flow collections, anchors,
/// tags, block scalars, several documents) is refused with its line, since no setting needs it. A YAML library would
/// bring all of Foundation into the binary: 54 MB more for what these lines do. Source: YAML 1.2.2, chapters 6 to 8.
struct ConfigurationText {
    /// A name in the file, and its value.
    struct Entry: Hashable {
        /// The names from the outside in.
        let path: [String]
        /// Counted from 1.
        let line: Int
        /// Nil if other names are below it.
        let value: String?

        var name: String { path.joined(separator: ".") }
    }

    private(set) var entries: [Entry] = []
    private let file: String

    /// - Throws: `ConfigurationError` at the first unreadable line.
    init(_ bytes: [UInt8], file: String) throws(ConfigurationError) {
        self.file = file
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError([.init(file, "The file is not UTF-8. Save it as UTF-8.")])
        }
        var open: [(name: String, indent: Int)] = []
        var seen: [[String]: Int] = [:]
        let lines = text.drop { $0 == "\u{FEFF}" }.split(omittingEmptySubsequences: false) {
            ["\n", "\r\n", "\r"].contains($0)
        }
        for (index, line) in lines.enumerated() {
            let number = index + 1
            let content = line.drop { $0 == " " }
            if content.isEmpty || content.allSatisfy(\.isWhitespace) || content.first == "#" { continue }
            // The start of the only document allowed.
            if line.trimmed == "---", entries.isEmpty { continue }
            let indent = line.count - content.count
            let (name, value) = try split(content, line: number)
            while let last = open.last, indent <= last.indent { open.removeLast() }
            let path = open.map(\.name) + [name]
            try checkIndent(indent, of: path, line: number)
            if let earlier = seen.updateValue(number, forKey: path) {
                throw fault(number, "\"\(name)\" is on line \(earlier) already. Remove one of the two.")
            }
            entries.append(Entry(path: path, line: number, value: value))
            indents[path] = indent
            if value == nil { open.append((name, indent)) }
        }
        for entry in entries
        where entry.value == nil && !entries.contains(where: { $0.path.dropLast() == entry.path[...] }) {
            throw fault(entry.line, "\"\(entry.name)\" has no value. Write one, or remove the line.")
        }
    }

    private var indents: [[String]: Int] = [:]

    /// Siblings share one column.
    private func checkIndent(_ indent: Int, of path: [String], line: Int) throws(ConfigurationError) {
        let name = path[path.count - 1]
        if path.count == 1, indent > 0 {
            throw fault(line, "\"\(name)\" is indented, but it belongs to no name above it.")
        }
        guard
            let sibling = entries.last(where: { $0.path.count == path.count && $0.path.dropLast() == path.dropLast() }),
            indents[sibling.path] != indent
        else { return }
        let other = sibling.path[path.count - 1]
        throw fault(
            line,
            "\"\(name)\" is not exactly below \"\(other)\" of line \(sibling.line). Indent both alike."
        )
    }

    // MARK: One line

    private func split(_ content: Substring, line: Int) throws(ConfigurationError) -> (name: String, value: String?) {
        if content.first == "\t" { throw fault(line, "There is a tab in the indentation. Use spaces.") }
        if content == "-" || content.hasPrefix("- ") {
            throw fault(line, "Lists (lines that begin with a dash) are not used in this file. Write \"name: value\".")
        }
        let name = content.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        let rest = content.dropFirst(name.count)
        guard !name.isEmpty, rest.first == ":" else {
            throw fault(line, "This is not of the form \"name: value\".")
        }
        let after = rest.dropFirst()
        guard after.isEmpty || after.first == " " || after.first == "\t" else {
            throw fault(line, "A space is missing after \"\(name):\".")
        }
        let text = after.trimmed
        if text.isEmpty || text.first == "#" { return (String(name), nil) }
        return (String(name), try scalar(text, name: name, line: line))
    }

    private func scalar(_ text: Substring, name: Substring, line: Int) throws(ConfigurationError) -> String {
        switch text.first {
        case "'":
            return try closed(text, line: line, by: "'") { rest in
                guard rest.hasPrefix("''") else { return nil }
                rest = rest.dropFirst(2)
                return "'"
            }
        case "\"":
            return try closed(text, line: line, by: "\"") { rest in Self.escape(&rest) }
        case let first?:
            let plain = text.firstRange(of: " #").map { text[..<$0.lowerBound].trimmed } ?? text
            if "[]{}&*!|>%@`,".contains(first) || plain.hasPrefix("? ") || plain.hasPrefix("- ") {
                throw fault(
                    line,
                    "The value of \"\(name)\" begins with \(first), which means something else in YAML. Put it in quotes."
                )
            }
            if plain.contains(": ") || plain.hasSuffix(":") {
                throw fault(line, "The value of \"\(name)\" holds a colon. Put it in quotes.")
            }
            if ["~", "null", "Null", "NULL"].contains(String(plain)) {
                throw fault(line, "\"\(name)\" has no value. Write one, or remove the line.")
            }
            return String(plain)
        case nil:
            return ""
        }
    }

    /// Reads to the closing quote; only a comment may follow.
    private func closed(
        _ text: Substring,
        line: Int,
        by quote: Character,
        escape: (inout Substring) -> String?
    ) throws(ConfigurationError) -> String {
        var value = ""
        var rest = text.dropFirst()
        while let next = rest.first {
            if let escaped = escape(&rest) {
                value += escaped
            } else if next == quote {
                let tail = rest.dropFirst()
                guard tail.allSatisfy(\.isWhitespace) || tail.first == " " && tail.trimmed.first == "#" else {
                    throw fault(line, "There is text after the closing quote.")
                }
                return value
            } else if next == "\\", quote == "\"" {
                throw fault(line, "A backslash in double quotes has to be doubled; or use single quotes.")
            } else {
                value.append(next)
                rest = rest.dropFirst()
            }
        }
        throw fault(line, "The quote is not closed on its line.")
    }

    private static func escape(_ rest: inout Substring) -> String? {
        guard rest.first == "\\", let letter = rest.dropFirst().first else { return nil }
        guard let meant = ["\\": "\\", "\"": "\"", "/": "/", "n": "\n", "t": "\t"][letter] else { return nil }
        rest = rest.dropFirst(2)
        return meant
    }

    private func fault(_ line: Int, _ sentence: String) -> ConfigurationError {
        ConfigurationError([.init("\(file):\(line)", sentence)])
    }
}

extension Substring {
    /// Without blanks at either end.
    var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

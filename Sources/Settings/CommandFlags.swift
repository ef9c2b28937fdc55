import FoundationEssentials

/// Which flags a command understands, as swift-argument-parser describes the command.
package struct CommandFlags: Sendable {
    private var flags: [String: Flag] = [:]
    private var letters: [Character: String] = [:]

    /// One flag, by its long name.
    private struct Flag: Sendable {
        let takesValue: Bool
        let standard: String?
    }

    /// Reads the description that `_dumpHelp()` gives of a command.
    ///
    /// - Throws: Where it is not of the known form.
    package init(description: String) throws {
        let tool = try JSONDecoder().decode(Tool.self, from: Data(description.utf8))
        for argument in tool.command.arguments ?? [] where argument.kind != "positional" {
            for name in argument.names ?? [] {
                if name.kind == "short", let letter = name.name.first, let long = argument.preferredName?.name {
                    letters[letter] = long
                } else {
                    flags[name.name] = Flag(takesValue: argument.kind == "option", standard: argument.standard)
                }
            }
        }
    }

    /// Whether the command understands a flag, named without its dashes.
    package func has(_ flag: String) -> Bool { flags[flag] != nil }

    /// The default of a flag, as the command describes it.
    package func standard(of flag: String) -> String? { flags[flag]?.standard }

    /// Whether arguments name something that belongs to no flag: a spreadsheet.
    func namesFiles(in arguments: [String]) -> Bool {
        var isValue = false
        for (index, argument) in arguments.enumerated() {
            if isValue {
                isValue = false
            } else if argument == "--" {
                return index + 1 < arguments.count
            } else if argument.hasPrefix("--") {
                isValue = !argument.contains("=") && flags[String(argument.dropFirst(2))]?.takesValue == true
            } else if !argument.hasPrefix("-") || argument == "-" {
                return true
            }
        }
        return false
    }

    /// The value that arguments give to an option, named without its dashes; the last one counts.
    package static func value(of name: String, in arguments: [String]) -> String? {
        var value: String?
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { break }
            if argument == "--\(name)", index + 1 < arguments.count { value = arguments[index + 1] }
            if argument.hasPrefix("--\(name)=") { value = String(argument.dropFirst(name.count + 3)) }
        }
        return value
    }

    /// The settings that arguments give by flags, with their values: `true` or `false` for those that take none.
    func given(in arguments: [String]) -> [String: String] {
        var given: [String: String] = [:]
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { break }
            if argument.hasPrefix("--") {
                let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
                guard let name = parts.first else { continue }
                let next = index + 1 < arguments.count ? arguments[index + 1] : ""
                note(name, value: parts.count > 1 ? parts[1] : next, in: &given)
            } else if argument.hasPrefix("-") {
                for letter in argument.dropFirst() {
                    if let name = letters[letter] { note(name, value: "", in: &given) }
                }
            }
        }
        return given
    }

    private func note(_ name: String, value: String, in given: inout [String: String]) {
        if let setting = Setting.all.first(where: { $0.flag == name }) {
            given[setting.name] = setting.rule == .flag ? "true" : value
        } else if name.hasPrefix("no-"), let setting = Setting.all.first(where: { $0.flag == name.dropFirst(3) }) {
            given[setting.name] = "false"
        }
    }

    private struct Tool: Decodable {
        let command: Command

        struct Command: Decodable {
            let arguments: [Argument]?
        }

        struct Argument: Decodable {
            let kind: String
            let names: [Name]?
            let preferredName: Name?
            let defaultValue: String?

            /// The default as a setting has it: of a flag that can be turned off, the help names the one of the two.
            var standard: String? {
                kind == "flag" ? defaultValue.map { String(!$0.hasPrefix("--no-")) } : defaultValue
            }
        }

        struct Name: Decodable {
            let kind: String
            let name: String
        }
    }
}

import ArgumentParser

/// `usher help exit-codes`, and `usher exit-codes`.
struct ExitCodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exit-codes",
        abstract: "Lists the exit codes and what they mean.",
        discussion: """
            \(table)

            Examples:
              usher exit-codes
              usher explain 75        one of them, and what to do
            """
    )

    func run() {
        Output.say(lines: Self.table)
    }

    private static let table = ExitStatus.allCases.map { status in
        let code = String(status.rawValue)
        return "\(String(repeating: " ", count: 4 - code.count))\(code)  \(status.meaning)"
    }.joined(separator: "\n")
}

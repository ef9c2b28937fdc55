import ArgumentParser
import Decisions
import Journal
import Reporting
import Zoom

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Says in plain words what a code, an outcome, an exit code or a word of Usher's means, and what to do.",
        discussion: """
            It knows Zoom's codes, HTTP statuses, the actions and outcomes of rows, what Usher calls a failure, the exit codes, and \
            the words that Usher uses for its own things.

            Examples:
              usher explain 3003            a code from the column zoom_code
              usher explain deferred        a word from the column outcome
              usher explain cancel          what an action does
              usher explain journal         a word of Usher's
              usher explain exit code 75    how a run ended
              usher explain 429 timeout     two at once
            """
    )

    @Argument(help: ArgumentHelp("A code or a word.", valueName: "code"))
    var codes: [String] = []

    func run() throws {
        let questions = Explanations.Question.all(in: codes)
        guard !questions.isEmpty else {
            throw UsherError.usage("Name a code or a word, for example: usher explain 3003\n\(Explanations.known)")
        }
        var texts: [String] = []
        for question in questions {
            let found = Explanations.answers(to: question)
            guard !found.isEmpty else { throw UsherError.usage(Explanations.unknown(question)) }
            texts += found
        }
        Output.say(lines: texts.joined(separator: "\n\n"))
    }
}

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

    private static let table = TextTable(
        ExitStatus.allCases.map { [String($0.rawValue), $0.meaning] },
        leftAligned: [1],
        least: [4]
    ).lines.joined(separator: "\n")
}

/// What `usher explain` knows: the texts of the table of answers, the outcomes, the actions, the exit codes and the
/// glossary.
enum Explanations {
    struct Question: Hashable {
        /// The question, in lower case.
        var word: String
        /// Whether it can only be an exit code.
        var isExitCode = false

        /// Reads `exit code 75`, `HTTP 429`, `code 3003`, `not the host`, or just words.
        static func all(in arguments: [String]) -> [Question] {
            let words = arguments.flatMap { $0.lowercased().split(separator: " ").map(String.init) }
            let whole = words.joined(separator: " ")
            // Some answers' names have several words.
            let isName =
                AnswerTable.rows.contains { $0.name.lowercased() == whole } || Glossary.entry(for: whole) != nil
            if isName { return [Question(word: whole)] }
            var questions: [Question] = []
            var isExitCode = false
            for word in words {
                switch word {
                case "exit": isExitCode = true
                case "code", "http", "status", "zoom", "zoom's": continue
                default:
                    questions.append(Question(word: word, isExitCode: isExitCode))
                    isExitCode = false
                }
            }
            return questions
        }
    }

    /// All explanations; empty if it is unknown.
    static func answers(to question: Question) -> [String] {
        var texts: [String] = []
        if !question.isExitCode {
            texts += Outcome.allCases.filter { $0.rawValue == question.word }.map(text)
            texts += Action.allCases.filter { $0.rawValue == question.word }.map(text)
            if let entry = Glossary.entry(for: question.word) { texts.append(entry.text) }
            texts += AnswerTable.rows.filter { concerns($0, question.word) }.map(text)
        }
        if let number = Int32(question.word), let status = ExitStatus(rawValue: number) { texts.append(text(status)) }
        return texts
    }

    /// The sentence for an unknown question, with a suggestion.
    static func unknown(_ question: Question) -> String {
        let near = NearestName.all(near: question.word, among: question.isExitCode ? exitCodes : words).prefix(3)
        let shown = "\"\(question.word)\""
        let hint =
            near.isEmpty
            ? known
            : "Perhaps you meant: \(near.map { "usher explain \($0)" }.joined(separator: ", "))."
        let kind = question.isExitCode ? "not one of Usher's exit codes" : "not a code or word that Usher knows"
        return "\(shown) is \(kind).\(near.isEmpty ? "\n" : " ")\(hint)"
    }

    /// Everything that can be asked for.
    static let known: String = {
        func list(_ words: [String]) -> String {
            Array(Set(words)).filter { !$0.isEmpty }.sorted { ($0.count, $0) < ($1.count, $1) }.joined(separator: ", ")
        }
        let documented = AnswerTable.rows.map(\.documented)
        let statuses = documented.flatMap { $0.status.split(separator: ",").map { $0.filter { !$0.isWhitespace } } }
        return """
            Outcomes: \(Outcome.allCases.map(\.rawValue).joined(separator: ", "))
            Actions: \(Action.allCases.map(\.rawValue).joined(separator: ", "))
            Words: \(Glossary.entries.map(\.word).joined(separator: ", "))
            Exit codes (usher exit-codes): \(exitCodes.joined(separator: ", "))
            HTTP statuses: \(list(statuses.filter { $0.first?.isNumber ?? false }))
            Zoom's codes: \(list(documented.map(\.code).filter { Int($0) != nil }))
            Kinds of answers: \(list(AnswerTable.rows.map { $0.name.lowercased() }))
            """
    }()

    // MARK: Texts

    private static func text(_ outcome: Outcome) -> String {
        "\(outcome.rawValue) (outcome of a row): \(outcome.meaning).\n  What to do: \(outcome.advice)."
    }

    private static func text(_ action: Action) -> String {
        let others = ActionWords.usual.first { $0.meaning.rawValue == action.rawValue }?.words.dropFirst() ?? []
        let head = "\(action.rawValue) (action of a row): \(action.meaning)."
        let words = "Also written: \(others.joined(separator: ", "))."
        return ([head, words] + [action.caution].compactMap(\.self)).joined(separator: "\n  ")
    }

    private static func text(_ status: ExitStatus) -> String {
        "Exit code \(status.rawValue): \(status.meaning)\n  What to do: \(status.advice)"
    }

    private static func text(_ row: AnswerRow) -> String {
        let (status, code) = row.documented
        let origin = status == "no answer" ? "No answer" : "HTTP \(status)"
        let head = code.isEmpty ? origin : "\(origin), Zoom's code \(code)"
        return """
            \(head) (\(row.name)): \(row.meaning.replacing("`", with: ""))
              About: \(row.subject.words). Usher: \(row.nextStep.words).
              \(row.advice.replacing("{kind}", with: "meeting"))
            """
    }

    // MARK: Finding

    private static func concerns(_ row: AnswerRow, _ word: String) -> Bool {
        if row.name.lowercased() == word { return true }
        let (status, code) = row.documented
        if code == word { return true }
        let statuses = status.split(separator: ",").map { $0.filter { !$0.isWhitespace }.lowercased() }
        if statuses.contains(word) { return true }
        // `5xx` means every status that begins with 5.
        guard let number = Int(word), (100...599).contains(number) else { return false }
        return statuses.contains("\(number / 100)xx") && !isNamed(word)
    }

    /// Whether a row names exactly this status, so that a wider one does not answer for it.
    private static func isNamed(_ status: String) -> Bool {
        AnswerTable.rows.contains { row in
            row.documented.status.split(separator: ",").contains { $0.filter { !$0.isWhitespace } == status }
        }
    }

    private static let exitCodes = ExitStatus.allCases.map { String($0.rawValue) }

    private static let words: [String] = {
        let rows = AnswerTable.rows.flatMap { row in
            [row.name.lowercased(), row.documented.code] + row.documented.status.split(separator: ",").map(String.init)
        }
        let known =
            Glossary.entries.flatMap(\.names) + Outcome.allCases.map(\.rawValue) + Action.allCases.map(\.rawValue)
            + rows + exitCodes
        return Array(Set(known.map { $0.filter { $0 != "`" } })).filter { !$0.isEmpty && $0 != "any other" }.sorted()
    }()
}

import ArgumentParser

/// `usher explain`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says in plain words what a code, an outcome or an exit code means, and what to do.",
        discussion: """
            It knows Zoom's codes, HTTP statuses, the actions and outcomes of rows, what Usher calls a failure, and the exit codes.

            Examples:
              usher explain 3003            a code from the column zoom_code
              usher explain deferred        a word from the column outcome
              usher explain cancel          what an action does
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

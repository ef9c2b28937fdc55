import Files
import Glibc

/// Asks the person at the terminal a question before anything is sent.
struct Confirmation {
    /// Shows the question.
    let write: (String) -> Void
    /// Takes the answer; nil where there is none.
    let read: () -> String?

    /// On a terminal; nil elsewhere, where nobody would answer.
    static var onTerminal: Confirmation? {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
        return Confirmation(
            write: { Output.write($0.harmless, to: STDERR_FILENO) },
            read: { readLine() }
        )
    }

    /// Whether the person says yes. Anything else is a no.
    func callAsFunction(_ text: String) -> Bool {
        write("\(text)\nSend it all the same? [y/N] ")
        let answer = read().map { $0.lowercased().filter { !$0.isWhitespace } }
        return answer == "y" || answer == "yes"
    }
}

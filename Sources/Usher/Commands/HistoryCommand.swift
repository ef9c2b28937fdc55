import ArgumentParser
import FoundationEssentials
import Journal
import Reporting

struct HistoryCommand: JournalBoundCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Shows the runs of the last nights, a line to a day.",
        discussion: """
            Days are UTC, since Zoom counts by them. "open" is what was left to be sent after the day's last run. "exit" lists \
            the exit codes of the day; a dash stands for a run without a noted end: it is under way, or it was cut off. What it settled counts all the same.

            Examples:
              usher history               the last 14 days
              usher history --days 90
            """
    )

    @OptionGroup var journal: JournalOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: ArgumentHelp("How many days, today included.", valueName: "number"))
    var days = 14

    func validate() throws {
        guard (1...3_660).contains(days) else { throw ValidationError("--days must be from 1 to 3660.") }
    }

    func run() throws {
        let reader = try JournalReader(path: try settings.journal())
        let first = UTCDay(Date()).advanced(by: 1 - days).start
        let table = HistoryTable(
            try reader.runs(since: first),
            hours: try reader.requestsByHour(since: first),
            isPlain: !TerminalStyle.isUnicode
        )
        Output.say(lines: table.text)
    }
}

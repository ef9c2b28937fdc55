import Decisions
import Files
import Journal

/// A report as one page of HTML: it loads nothing and has no scripts.
package struct ReportHTML: Sendable {
    private let report: Report
    private let version: String

    /// Prepares to write a report.
    ///
    /// - Parameter version: Usher's version.
    package init(_ report: Report, version: String) {
        self.report = report
        self.version = version
    }

    package var text: String { page.html }

    private var page: Markup {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <meta name="generator" content="Usher \(version)">
        <title>\(report.headline) \(report.subject.namingUnseen): report of Usher</title>
        <style>
        \(ReportStyle.sheet)
        </style>
        </head>
        <body>
        <header>
        <p class="over">Usher’s report on \(foreign: report.subject), made \(time: ReadableTime(report.madeAt))</p>
        <h1>\(report.headline)</h1>
        <p class="lead">\(report.summary)</p>
        \(figures)
        </header>
        <main>
        \(report.jobs.first.map { JobHTML($0).section })
        \(moreJobs)
        \(RequestsHTML(report).sections)
        </main>
        <footer class="faint">
        <p>All times are UTC. Rows are counted as in the spreadsheet. This page holds what the spreadsheet holds, names and
        addresses of registrants too: treat it alike.</p>
        </footer>
        </body>
        </html>

        """
    }

    private var figures: Markup {
        guard report.jobs.count > 0 else { return "" }
        let counts = report.counts
        let whose: Markup =
            report.matter == .job
            ? "" : "<p class=\"faint\">Rows of all spreadsheets that were worked on, as they stand now.</p>"
        return """
            <dl class="figures" aria-label="Rows in all">
            <div><dt>done</dt><dd class="good">\(counts[.applied])</dd></div>
            <div><dt>need a person</dt><dd\(tone("wanting", if: report.needingPerson > 0))>\(report.needingPerson)</dd></div>
            <div><dt>not sent yet</dt><dd\(tone("waiting", if: counts.open > 0))>\(counts.open)</dd></div>
            <div><dt>nothing to send</dt><dd>\(counts[.skipped])</dd></div>
            </dl>
            \(whose)
            """
    }

    private func tone(_ name: String, if isWanted: Bool) -> Markup { isWanted ? " class=\"\(name)\"" : "" }

    private var moreJobs: Markup {
        guard report.jobs.more > 0 else { return "" }
        return """
            <section aria-label="More spreadsheets"><p>\(Phrases.amount(report.jobs.more, "more spreadsheet")) without more
            to tell; <code>usher status</code> lists them.</p></section>
            """
    }
}

/// One spreadsheet's part of a report.
struct JobHTML {
    private let part: JobReport
    private var id: String { "job\(part.job.id)" }

    init(_ part: JobReport) {
        self.part = part
    }

    var section: Markup {
        """
        <section aria-labelledby="\(id)">
        <h2 id="\(id)">\(foreign: part.job.name)</h2>
        <p class="faint">Job \(String(part.job.id.rawValue)), read \(time: ReadableTime(part.job.createdAt)):
        \(Phrases.amount(part.job.counts.rows, "row")), \(part.job.counts.description).</p>
        \(part.notices.map { notice -> Markup in "<p class=\"faint\">\(foreign: notice)</p>" })
        \(needs)
        \(waiting)
        \(meetings)
        </section>
        """
    }

    // MARK: What needs a person

    private var needs: Markup {
        guard !part.needs.isEmpty || part.moreNeeds > 0 else { return "" }
        let more: Markup =
            part.moreNeeds == 0
            ? ""
            : """
            <p>\(Phrases.amount(part.moreNeeds, "more row")) like these; the results file has them all.</p>
            """
        return """
            <h3>What needs you</h3>
            \(part.needs.map(need))
            \(more)
            """
    }

    private func need(_ need: ActionItem) -> Markup {
        let words = need.words
        let place: Markup = need.target.map { " in \(foreign: $0.words)" } ?? ""
        return """
            <div class="need">
            <h4>\(Phrases.amount(need.count, "row"))\(place): <span class="wanting">\(need.kind)</span></h4>
            <p>\(foreign: words.plain)</p>
            \(Self.technical(words))
            \(rows(of: need))
            </div>
            """
    }

    private func rows(of need: ActionItem) -> Markup {
        guard !need.rows.isEmpty else { return "" }
        let words = need.words
        let more: Markup =
            need.more == 0
            ? "" : "<p class=\"faint\">and \(Phrases.amount(need.more, "more row")); the results file has them all.</p>"
        return """
            <table>
            <caption><span class="unseen">Rows to look at in the spreadsheet: \(words.plain)</span></caption>
            <thead><tr><th scope="col" class="line">Row</th><th scope="col">Person</th><th scope="col">What the row says</th></tr></thead>
            <tbody>
            \(need.rows.map(Self.row))
            </tbody>
            </table>
            \(more)
            """
    }

    private static func row(_ row: PlacedRow) -> Markup {
        """
        <tr><th scope="row" class="line">\(row.place.row ?? row.place.line)</th><td>\(foreign: row.text.person ?? "")</td>\
        <td class="cells">\
        \(foreign: row.record.beginning(400))</td></tr>

        """
    }

    private static func technical(_ words: ReasonWords) -> Markup {
        words.technical.map { "<p class=\"faint\">For the administrator: \(foreign: $0)</p>" } ?? ""
    }

    // MARK: Waiting and done

    private var waiting: Markup {
        guard !part.waiting.first.isEmpty else { return "" }
        let groups = part.waiting.first.map { group -> Markup in
            let due: Markup = group.dueAt.map { " May be sent from \(time: ReadableTime($0)) on." } ?? ""
            return """
                <div class="wait">
                <h4>\(Phrases.amount(group.rows, "row")) in \(foreign: group.target.words): \
                <span class="waiting">\(group.dueAt == nil ? "not sent yet" : "waiting")</span></h4>
                <p>\(foreign: group.words.plain)\(due)</p>
                \(Self.technical(group.words))
                </div>
                """
        }
        let more: Markup =
            part.waiting.more == 0 ? "" : "<p>and \(Phrases.amount(part.waiting.more, "more group")) like these.</p>"
        return """
            <h3>What is sent later</h3>
            <p class="faint">You need not do anything: the next run sends it.</p>
            \(groups)
            \(more)
            """
    }

    private var meetings: Markup {
        guard !part.meetings.first.isEmpty else { return "" }
        let more: Markup =
            part.meetings.more == 0
            ? "" : "<p class=\"faint\">and \(Phrases.amount(part.meetings.more, "more meeting")).</p>"
        return """
            <h3>What was done, per meeting</h3>
            <table>
            <caption>Rows by meeting; those with trouble stand first</caption>
            <thead><tr><th scope="col">Meeting</th><th scope="col">Done</th>\
            <th scope="col" class="number">Refused</th><th scope="col" class="number">Not sent yet</th></tr></thead>
            <tbody>
            \(part.meetings.first.map(Self.meeting))
            </tbody>
            </table>
            \(more)
            """
    }

    private static func meeting(_ tally: MeetingTally) -> Markup {
        let open = tally.deferred + tally.pending
        return """
            <tr><th scope="row">\(foreign: tally.target.title)</th><td>\(Self.done(tally))</td>\
            <td class="number">\(amount(tally.failed, tone: "wanting"))</td>\
            <td class="number">\(amount(open, tone: "waiting"))</td></tr>

            """
    }

    /// Keeps numbers and their words on the same line.
    private static func done(_ tally: MeetingTally) -> String {
        let parts = (tally.done ?? "nothing").split(separator: ", ")
        return parts.map { $0.replacing(" ", with: "\u{A0}") }.joined(separator: ", ")
    }

    private static func amount(_ count: Int, tone: String) -> Markup {
        count == 0 ? "0" : "<strong class=\"\(tone)\">\(count)</strong>"
    }
}

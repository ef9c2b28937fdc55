import Decisions
import Journal

/// A report as one page of HTML: nothing is loaded from anywhere, and there is no script in it.
package struct ReportHTML: Sendable {
    private let report: Report
    private let version: String

    /// Prepares to write a report.
    ///
    /// - Parameter version: Usher's.
    package init(_ report: Report, version: String) {
        self.report = report
        self.version = version
    }

    /// The whole file.
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
        <title>\(report.headline) \(ForeignText.shown(report.subject)): report of Usher</title>
        <style>
        \(ReportStyle.sheet)
        </style>
        </head>
        <body>
        <header>
        <p class="over">Usher’s report on \(foreign: report.subject), made \(time: MomentText(report.madeAt))</p>
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
            <section aria-label="More spreadsheets"><p>\(Wording.amount(report.jobs.more, "more spreadsheet")) without more
            to tell; <code>usher status</code> lists them.</p></section>
            """
    }
}

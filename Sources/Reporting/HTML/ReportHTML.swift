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

    package var text: String {
        HTMLPage(
            title: "\(report.headline) \(report.subject.namingUnseen): report of Usher",
            version: version,
            header: """
                <p class="over">Usher’s report on \(foreign: report.subject), made \(time: ReadableTime(report.madeAt, in: report.zone))</p>
                <h1>\(report.headline)</h1>
                <p class="lead">\(report.summary)</p>
                \(figures)
                """,
            main: """
                \(report.jobs.first.map { JobHTML($0, in: report.zone).section })
                \(moreJobs)
                \(RequestsHTML(report).sections)
                """,
            footer: """
                <p>Rows are numbered as in the spreadsheet program. This page holds what the spreadsheet holds, names and
                addresses of registrants too: treat it alike.</p>
                """
        ).text
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
    private let zone: ReaderZone
    private var id: String { "job\(part.job.id)" }

    init(_ part: JobReport, in zone: ReaderZone) {
        self.part = part
        self.zone = zone
    }

    var section: Markup {
        """
        <section aria-labelledby="\(id)">
        <h2 id="\(id)">\(foreign: part.job.name)</h2>
        <p class="faint">Job \(String(part.job.id.rawValue)), read \(time: ReadableTime(part.job.createdAt, in: zone)):
        \(Phrases.amount(part.job.counts.rows, "row")), \(part.job.counts.words).</p>
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
        let place: Markup = need.place.map { " in \(foreign: $0)" } ?? ""
        return """
            <div class="need">
            <h4>\(Phrases.amount(need.count, "row"))\(place): <span class="wanting">\(need.kind)</span></h4>
            <p>\(foreign: need.sentence)</p>
            \(rows(of: need))
            \(Self.technical(need.technical))
            </div>

            """
    }

    private func rows(of need: ActionItem) -> Markup {
        guard !need.rows.isEmpty else { return "" }
        let more: Markup =
            need.more == 0
            ? "" : "<p class=\"faint\">and \(Phrases.amount(need.more, "more row")); the results file has them all.</p>"
        // What no row has needs no column, nor does what the heading says.
        let columns = ItemColumn.allCases.filter { column in
            (column != .meeting || need.target == nil) && need.rows.contains { column.text(of: $0) != nil }
                && (column != .differing || !need.differsAsShown)
        }
        let heads = columns.map { column -> Markup in "<th scope=\"col\">\(column.title)</th>" }
        let rows = need.rows.map { listed -> Markup in
            let cells = columns.map { column -> Markup in
                guard let text = column.text(of: listed) else { return "<td></td>" }
                return "<td>\(foreign: text)</td>"
            }
            return "<tr><th scope=\"row\" class=\"line\">\(listed.number)</th>\(cells)</tr>\n"
        }
        return """
            <table class="rows">
            <caption><span class="unseen">Rows to look at in the spreadsheet: \(need.sentence)</span></caption>
            <thead><tr><th scope="col" class="line">Row</th>\(heads)</tr></thead>
            <tbody>
            \(rows)
            </tbody>
            </table>
            \(more)
            """
    }

    /// Zoom's own words, folded away.
    private static func technical(_ answers: [String]) -> Markup {
        guard !answers.isEmpty else { return "" }
        let more: Markup = answers.count > 5 ? "<li>and \(Phrases.amount(answers.count - 5, "more answer"))</li>" : ""
        return """
            <details class="faint"><summary>For the administrator</summary>
            <ul>\(answers.prefix(5).map { answer -> Markup in "<li>\(foreign: answer)</li>" })\(more)</ul>
            </details>
            """
    }

    // MARK: Waiting and done

    private var waiting: Markup {
        guard !part.waiting.first.isEmpty else { return "" }
        let items = part.waiting.first.map { item -> Markup in
            let due: Markup = item.dueAt.map { " May be sent from \(time: ReadableTime($0, in: zone)) on." } ?? ""
            return """
                <div class="wait">
                <h4>\(Phrases.amount(item.rows, "row")) in \(foreign: item.place): \
                <span class="waiting">\(item.dueAt == nil ? "not sent yet" : "waiting")</span></h4>
                <p>\(foreign: item.sentence)\(due)</p>
                \(Self.technical(item.technical))
                </div>

                """
        }
        let more: Markup =
            part.waiting.more == 0 ? "" : "<p>and \(Phrases.amount(part.waiting.more, "more group")) like these.</p>"
        return """
            <h3>What is sent later</h3>
            <p class="faint">You need not do anything: the next run sends it.</p>
            \(items)
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
            <caption>Rows by meeting; those with most trouble first</caption>
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
        let topic: Markup = tally.topic.map { " <span class=\"topic\">\(foreign: $0)</span>" } ?? ""
        return """
            <tr><th scope="row">\(foreign: tally.target.title)\(topic)</th><td>\(Self.done(tally))</td>\
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

extension ActionItem {
    /// Whether another column shows what differs from row to row anyway.
    fileprivate var differsAsShown: Bool {
        [ItemColumn.meeting, .address, .action].contains { column in
            rows.allSatisfy { column.text(of: $0) == ItemColumn.differing.text(of: $0) }
        }
    }
}

/// What a table of rows that need a person says of each.
private enum ItemColumn: CaseIterable {
    case meeting, topic, person, address, action, differing

    var title: String {
        switch self {
        case .meeting: "Meeting"
        case .topic: "Topic"
        case .person: "Person"
        case .address: "Email"
        case .action: "Wanted"
        case .differing: "Where it says “…”"
        }
    }

    func text(of listed: ListedRow) -> String? {
        switch self {
        case .meeting: listed.meeting
        case .topic: listed.row.text.topic
        case .person: listed.row.text.name
        case .address: listed.address
        case .action: listed.action
        case .differing: listed.differing.isEmpty ? nil : listed.differing.joined(separator: ", ")
        }
    }
}

package import Decisions
import Files
package import FoundationEssentials
package import Spreadsheet

/// What a check of one spreadsheet came to.
package enum CheckFinding: Sendable {
    case read(CheckReport)
    /// It can't be read at all.
    case unreadable(SpreadsheetError)

    /// Reads a spreadsheet.
    ///
    /// - Parameter shown: How many problems of a kind to keep.
    /// - Throws: What is not the spreadsheet's fault.
    package init(of open: SpreadsheetOpening, options: SheetOptions, shown: Int = CheckHTML.shown) throws {
        do {
            self = .read(try CheckReport(of: open(), options: options, shown: shown))
        } catch let error as SpreadsheetError where !error.isAboutDisk {
            self = .unreadable(error)
        }
    }

    /// How the command that checked it ends.
    package var status: ExitStatus {
        switch self {
        case .read(let report): report.isReady ? .done : .someRefused
        case .unreadable: .unreadable
        }
    }

    /// One line without any cell's content, for a log.
    package var summary: String {
        switch self {
        case .read(let report): "\(report.summary)."
        case .unreadable(let error): error.sentenceWithPlace
        }
    }
}

/// What `usher check` found, as one page of HTML for the people who keep the spreadsheet: made from the values that its
/// text is made from.
package struct CheckHTML: Sendable {
    private let findings: [CheckFinding]
    private let made: ReadableTime
    private let version: String
    /// Why a run took nothing of the spreadsheet, though it can be read.
    private let refusal: String?
    /// Since when a run has not taken the spreadsheet.
    private let refusedSince: Date?

    /// How many problems of a kind a page lists.
    package static let shown = 100
    private static let shownMeetings = 200

    /// Prepares a page.
    ///
    /// - Parameters:
    ///   - refusal: Why a run took nothing of the spreadsheet, though it can be read.
    ///   - refusedSince: Since when a run has not taken it; noted in the page for the next run.
    package init(
        _ findings: [CheckFinding],
        madeAt: Date,
        in zone: ReaderZone,
        version: String,
        refusal: String? = nil,
        refusedSince: Date? = nil
    ) {
        self.findings = findings
        made = ReadableTime(madeAt, in: zone)
        self.version = version
        self.refusal = refusal
        self.refusedSince = refusedSince
    }

    package var text: String {
        HTMLPage(
            title: "\(headline) \(names): Usher’s check",
            version: version,
            head: refusedSince.map { "<meta name=\"\(Self.since)\" content=\"\(UTCTime($0).description)\">" } ?? "",
            header: """
                <p class="over">Usher’s check of \(foreign: names), made \(time: made)</p>
                <h1>\(headline)</h1>
                <p class="lead">\(foreign: lead)</p>
                """,
            main: "\(findings.enumerated().map { section($0.element, id: "sheet\($0.offset + 1)") })",
            footer: """
                <p>Rows are numbered as in the spreadsheet program. Nothing was sent for this check. This page holds what the
                spreadsheet holds, names and addresses of registrants too: treat it alike.</p>
                """
        ).text
    }

    /// The name under which a page keeps since when runs have not taken its spreadsheet.
    private static let since = "usher-not-taken-since"

    /// Since when runs have not taken a spreadsheet, as the beginning of its page says; nil if it does not.
    package static func notTakenSince(inPage beginning: String) -> Date? {
        guard let found = beginning.firstRange(of: "<meta name=\"\(since)\" content=\"") else { return nil }
        return try? Date(String(beginning[found.upperBound...].prefix { $0 != "\"" }), strategy: .iso8601)
    }

    // MARK: The head

    private var names: String {
        findings.count == 1 ? findings[0].shownName : Phrases.amount(findings.count, "spreadsheet")
    }

    private var headline: String {
        guard findings.count == 1 else {
            let ready = findings.count { $0.status == .done }
            return ready == findings.count
                ? "All \(Phrases.number(ready)) are ready."
                : "\(Phrases.number(findings.count - ready)) of \(Phrases.number(findings.count)) are not ready."
        }
        return refusal == nil ? findings[0].headline : "Nothing of this spreadsheet was taken."
    }

    private var lead: String {
        guard findings.count == 1 else { return "Each is listed below." }
        return refusal ?? findings[0].lead
    }

    // MARK: One spreadsheet

    private func section(_ finding: CheckFinding, id: String) -> Markup {
        let heading: Markup =
            findings.count == 1
            ? "<h2 id=\"\(id)\" class=\"unseen\">Details</h2>"
            : """
            <h2 id="\(id)">\(foreign: finding.shownName)</h2>
            <p><strong class="\(finding.status == .done ? "good" : "wanting")">\(finding.headline)</strong> \
            \(foreign: finding.lead)</p>
            """
        switch finding {
        case .unreadable:
            guard findings.count > 1 else { return "" }
            return "<section aria-labelledby=\"\(id)\">\n\(heading)\n</section>\n"
        case .read(let report):
            return """
                <section aria-labelledby="\(id)">
                \(heading)
                \(problems(of: report))
                \(sendings(of: report))
                \(remarks(on: report))
                </section>

                """
        }
    }

    private func problems(of report: CheckReport) -> Markup {
        guard !report.groups.isEmpty else { return "" }
        return """
            <h3>What to correct</h3>
            \(report.groups.map(group))
            """
    }

    private func group(_ group: CheckReport.Group) -> Markup {
        // Most kinds have one piece of advice for all their rows, which is then said once.
        let advice = Set(group.examples.map(\.sentence))
        let shared = advice.count == 1 ? advice.first : nil
        let hasCells = group.examples.contains { $0.column != nil || $0.found != nil }
        // If all are in one column, its name is said once.
        let columns = Set(group.examples.map(\.column))
        let column = columns.count == 1 ? columns.first ?? nil : nil
        let rest = group.count - group.examples.count
        let more: Markup =
            rest == 0
            ? ""
            : """
            <p class="faint">and \(Phrases.amount(rest, "more row")); <code>usher check --all</code> lists them.</p>
            """
        let cellHead: Markup = hasCells ? "<th scope=\"col\">\(foreign: column ?? "Cell")</th>" : ""
        let adviceHead: Markup = shared == nil ? "<th scope=\"col\">What to do</th>" : ""
        return """
            <div class="need">
            <h4>\(Phrases.amount(group.count, "row")): <span class="wanting">\(group.kind)</span></h4>
            \(shared.map { "<p>\(foreign: $0)</p>" } ?? "")
            <table>
            <caption><span class="unseen">Rows with this problem: \(group.kind)</span></caption>
            <thead><tr><th scope="col" class="line">Row</th><th scope="col">Who</th>\(cellHead)\(adviceHead)</tr></thead>
            <tbody>
            \(group.examples.map { row($0, hasCells: hasCells, namesColumn: column == nil, hasAdvice: shared == nil) })
            </tbody>
            </table>
            \(more)
            </div>

            """
    }

    private func row(
        _ problem: CheckReport.PlacedProblem,
        hasCells: Bool,
        namesColumn: Bool,
        hasAdvice: Bool
    ) -> Markup {
        let column: Markup = namesColumn ? problem.column.map { "\(foreign: $0): " } ?? "" : ""
        let found: Markup = problem.found.map { "<span class=\"cell\">\(foreign: $0)</span>" } ?? ""
        let cell: Markup = hasCells ? "<td>\(column)\(found)</td>" : ""
        let advice: Markup = hasAdvice ? "<td>\(foreign: problem.sentence)</td>" : ""
        return """
            <tr><th scope="row" class="line">\(problem.row ?? problem.line)</th><td>\(foreign: problem.person ?? "")</td>\(cell)\(advice)</tr>

            """
    }

    private func sendings(of report: CheckReport) -> Markup {
        guard !report.sendings.isEmpty else { return "" }
        let sorted = report.sendings.sorted { $0.target.title < $1.target.title }
        let actions = Action.allCases.filter { action in sorted.contains { $0.rows[action] != nil } }
        let cautions = actions.compactMap(\.caution).map { caution -> Markup in "<p>\(caution)</p>" }
        let rest = sorted.count - Self.shownMeetings
        let more: Markup = rest > 0 ? "<p class=\"faint\">and \(Phrases.amount(rest, "more meeting")).</p>" : ""
        let heads = actions.map { action -> Markup in "<th scope=\"col\" class=\"number\">\(action.rawValue)</th>" }
        let rows = sorted.prefix(Self.shownMeetings).map { sending -> Markup in
            let cells = actions.map { action -> Markup in "<td class=\"number\">\(sending.rows[action] ?? 0)</td>" }
            return "<tr><th scope=\"row\">\(foreign: sending.target.title)</th>\(cells)</tr>\n"
        }
        return """
            <h3>What would be sent</h3>
            <table>
            <caption>Rows by meeting and action; what was applied before is not sent again</caption>
            <thead><tr><th scope="col">Meeting</th>\(heads)</tr></thead>
            <tbody>
            \(rows)
            </tbody>
            </table>
            \(more)
            \(cautions)
            """
    }

    private func remarks(on report: CheckReport) -> Markup {
        let notes = report.notes.map { note -> Markup in
            "<li>\(Phrases.amount(note.count, "row")), from \(note.first.description) on: \(foreign: note.text)</li>\n"
        }
        let notices = report.notices.map { notice -> Markup in "<li>\(foreign: notice)</li>\n" }
        return """
            <h3>How it was read</h3>
            <ul>
            \(notices)<li>\(foreign: report.columns)</li>
            \(notes)</ul>
            """
    }
}

extension CheckFinding {
    fileprivate var shownName: String {
        switch self {
        case .read(let report): Directory.name(of: report.name).namingUnseen
        case .unreadable(let error): Directory.name(of: error.name).namingUnseen
        }
    }

    /// Whether it is ready, in a sentence.
    fileprivate var headline: String {
        guard case .read(let report) = self else { return "This file can’t be read." }
        let tally = report.tally
        if tally.rejected > 0 {
            return tally.rejected == 1
                ? "Not ready: 1 row can’t be sent." : "Not ready: \(Phrases.number(tally.rejected)) rows can’t be sent."
        }
        return tally.toSend > 0 ? "Ready: \(Phrases.amount(tally.toSend, "row")) to send." : "Nothing is decided."
    }

    /// What that means, and what to do.
    fileprivate var lead: String {
        guard case .read(let report) = self else {
            guard case .unreadable(let error) = self else { return "" }
            return error.sentenceWithPlace.asSentence + " Until then nothing of it is sent."
        }
        let tally = report.tally
        if tally.rejected > 0 {
            let rest =
                tally.toSend == 0
                ? "No other row would be sent." : "The other \(Phrases.amount(tally.toSend, "row")) would be sent."
            return "Correct what is listed below in the spreadsheet and save it. \(rest)"
        }
        if tally.toSend == 0 {
            return tally.rows == 0
                ? "There are no rows below the header."
                : "No row says what to do. Write \(Action.offered) into the column of actions."
        }
        var parts = ["of \(Phrases.amount(tally.rows, "row")) for \(Phrases.amount(tally.meetings, "meeting"))"]
        if tally.duplicates > 0 { parts.append("\(Phrases.number(tally.duplicates)) repeat another and are sent once") }
        if tally.overruled > 0 { parts.append("\(Phrases.number(tally.overruled)) are overruled by another") }
        if tally.noDecision > 0 { parts.append("\(Phrases.number(tally.noDecision)) decide nothing") }
        return parts.joined(separator: "; ").asSentence
    }
}

extension CheckReport.PlacedProblem {
    /// What is wrong and what to do, beside the cell itself.
    fileprivate var sentence: String { found == nil ? advice.asSentence : "The cell \(advice)" }
}

extension String {
    /// With a capital letter at the beginning and a full stop at the end.
    var asSentence: String {
        let end = last.map { ".!?".contains($0) } ?? true ? "" : "."
        return prefix(1).uppercased() + dropFirst() + end
    }
}

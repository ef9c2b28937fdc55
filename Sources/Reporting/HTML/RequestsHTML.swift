import FoundationEssentials
import Journal

/// What a report says of requests: a drawing for everybody, figures for the administrator.
struct RequestsHTML {
    private let report: Report

    init(_ report: Report) {
        self.report = report
    }

    var sections: Markup {
        guard let requests = report.requests else { return administrator(nil) }
        return """
            <section aria-labelledby="requests">
            <h2 id="requests">Requests to Zoom</h2>
            \(TimelineSVG(requests.timeline, allowedRate: requests.allowedRate).figure)
            </section>
            \(administrator(requests))
            """
    }

    private func administrator(_ requests: RequestReport?) -> Markup {
        guard requests != nil || !report.runs.first.isEmpty else { return "" }
        return """
            <details>
            <summary>Figures for the administrator</summary>
            \(runs)
            \(requests.map(answers) ?? "")
            \(requests.flatMap(refused) ?? "")
            </details>
            """
    }

    // MARK: Runs

    private var runs: Markup {
        guard !report.runs.first.isEmpty else { return "" }
        let more: Markup =
            report.runs.more == 0
            ? "" : "<p class=\"faint\">and \(Wording.amount(report.runs.more, "earlier run")).</p>"
        return """
            <h3>Runs</h3>
            <table>
            <caption>When Usher ran, and how it ended; <code>usher explain</code> says what an exit code means</caption>
            <thead><tr><th scope="col">Began</th><th scope="col">Took</th><th scope="col" class="number">Requests</th>\
            <th scope="col" class="number">429</th><th scope="col" class="number">Exit code</th></tr></thead>
            <tbody>
            \(report.runs.first.map(run))
            </tbody>
            </table>
            \(more)
            """
    }

    private func duration(of run: RunRecord) -> String {
        if let seconds = run.seconds { return Wording.span(seconds) }
        // Only the latest can be under way; another one without an end was cut off.
        guard report.isUnderWay, run == report.runs.first.last else { return "cut off" }
        return "\(Wording.span(report.madeAt.timeIntervalSince(run.startedAt))) so far"
    }

    private func run(_ run: RunRecord) -> Markup {
        """
        <tr><th scope="row">\(time: MomentText(run.startedAt, seconds: true))</th>\
        <td>\(duration(of: run))</td><td class="number">\(run.requests)</td>\
        <td class="number">\(run.refusals)</td><td class="number">\(run.exitCode.map(String.init) ?? "–")</td></tr>

        """
    }

    // MARK: Answers

    private func answers(_ requests: RequestReport) -> Markup {
        let rows = requests.answers.map { tally -> Markup in
            """
            <tr><th scope="row">\(tally.words)</th><td class="number">\(tally.count)</td></tr>

            """
        }
        return """
            <h3>Answers</h3>
            <table>
            <caption>\(Wording.amount(requests.count, "request")) by HTTP status and Zoom’s code</caption>
            <thead><tr><th scope="col">Answer</th><th scope="col" class="number">Requests</th></tr></thead>
            <tbody>
            \(rows)
            </tbody>
            </table>
            \(requests.latency.map(latency) ?? "")
            """
    }

    private func latency(_ figures: LatencyFigures) -> Markup {
        """
        <h3>How long answers took</h3>
        <dl class="figures">
        <div><dt>half were faster (ms)</dt><dd>\(figures.median)</dd></div>
        <div><dt>95 of 100 were faster (ms)</dt><dd>\(figures.percentile95)</dd></div>
        <div><dt>99 of 100 were faster (ms)</dt><dd>\(figures.percentile99)</dd></div>
        <div><dt>the slowest (ms)</dt><dd>\(figures.slowest)</dd></div>
        </dl>
        """
    }

    // MARK: Refused requests

    private func refused(_ requests: RequestReport) -> Markup? {
        guard !requests.refused.first.isEmpty else { return nil }
        let more: Markup =
            requests.refused.more == 0
            ? "" : "<p class=\"faint\">and \(Wording.amount(requests.refused.more, "earlier one")).</p>"
        return """
            <h3>Requests that Zoom did not carry out</h3>
            <table>
            <caption>The latest first; Zoom’s support asks for the tracking id</caption>
            <thead><tr><th scope="col">Sent</th><th scope="col">Meeting</th><th scope="col">Answer</th>\
            <th scope="col">Tracking id</th></tr></thead>
            <tbody>
            \(requests.refused.first.map(Self.refused))
            </tbody>
            </table>
            \(more)
            """
    }

    private static func refused(_ request: RefusedRequest) -> Markup {
        """
        <tr><th scope="row">\(time: MomentText(request.startedAt, seconds: true))</th>\
        <td>\(foreign: request.target.title)</td><td>\(request.words)</td>\
        <td class="cells">\(foreign: request.trackingID ?? "none")</td></tr>

        """
    }
}

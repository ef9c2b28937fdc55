import FoundationEssentials
import Journal

/// The requests part of a report: a drawing for everyone, figures for the administrator.
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
            \(TimelineSVG(requests.timeline, allowedRate: requests.allowedRate, in: report.zone).figure)
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
        let ended = report.runs.first.filter { $0 != own }
        let more: Markup =
            report.runs.more == 0
            ? "" : "<p class=\"faint\">and \(Phrases.amount(report.runs.more, "earlier run")).</p>"
        let note: Markup =
            own.map { own in
                """
                <p>This page was written at the end of the run that began at \(both(own.startedAt)) and took
                \(Phrases.span(report.madeAt.timeIntervalSince(own.startedAt))) for \(Phrases.amount(own.requests, "request")).</p>
                """
            } ?? ""
        guard !ended.isEmpty else { return note }
        return """
            <h3>Runs</h3>
            \(note)
            <table>
            <caption>When Usher ran, and how it ended; <code>usher explain</code> says what an exit code means</caption>
            <thead><tr><th scope="col">Began</th><th scope="col">Took</th><th scope="col" class="number">Requests</th>\
            <th scope="col" class="number">429</th><th scope="col" class="number">Exit code</th></tr></thead>
            <tbody>
            \(ended.map(run))
            </tbody>
            </table>
            \(more)
            """
    }

    /// The run that writes this page at its end, so that its exit code is not known yet.
    private var own: RunRecord? {
        guard report.isFinal, report.isUnderWay, let last = report.runs.first.last, last.endedAt == nil else {
            return nil
        }
        return last
    }

    /// A moment for the administrator: the reader's time, and UTC.
    private func both(_ date: Date) -> Markup {
        let own = ReadableTime(date, seconds: true, in: report.zone)
        let utc = ReadableTime(date, seconds: true)
        return own == utc ? "\(time: own)" : "\(time: own) (\(utc.clock) UTC)"
    }

    private func duration(of run: RunRecord) -> String {
        if let seconds = run.seconds { return Phrases.span(seconds) }
        // Only the latest can be under way; any other run without an end was cut off.
        guard report.isUnderWay, run == report.runs.first.last else { return "cut off" }
        return "\(Phrases.span(report.madeAt.timeIntervalSince(run.startedAt))) so far"
    }

    private func run(_ run: RunRecord) -> Markup {
        """
        <tr><th scope="row">\(both(run.startedAt))</th>\
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
            <caption>\(Phrases.amount(requests.count, "request")) by HTTP status and Zoom’s code</caption>
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
            ? "" : "<p class=\"faint\">and \(Phrases.amount(requests.refused.more, "earlier one")).</p>"
        return """
            <h3>Requests that Zoom did not carry out</h3>
            <table>
            <caption>The latest first; Zoom’s support asks for the tracking id</caption>
            <thead><tr><th scope="col">Sent</th><th scope="col">Meeting</th><th scope="col">Answer</th>\
            <th scope="col">Tracking id</th></tr></thead>
            <tbody>
            \(requests.refused.first.map(refused))
            </tbody>
            </table>
            \(more)
            """
    }

    private func refused(_ request: RefusedRequest) -> Markup {
        """
        <tr><th scope="row">\(both(request.startedAt))</th>\
        <td>\(foreign: request.target.title)</td><td>\(request.words)</td>\
        <td class="cells">\(foreign: request.trackingID ?? "none")</td></tr>

        """
    }
}

/// Requests over time as a drawing. The text says the same, and nothing depends on color alone.
struct TimelineSVG {
    private let timeline: RequestTimeline
    private let allowedRate: Double?
    private let zone: ReaderZone
    private static let height = 100.0
    private static let pitch = 6.0

    init(_ timeline: RequestTimeline, allowedRate: Double?, in zone: ReaderZone) {
        self.timeline = timeline
        self.zone = zone
        self.allowedRate = allowedRate
    }

    private var width: Double { Self.pitch * Double(timeline.steps.count) }

    /// Keeps bars narrow if there are few steps: the drawing is as long as the run, and no longer.
    private var length: String {
        switch timeline.steps.count {
        case ...5: "shortest"
        case ...15: "short"
        case ...40: "long"
        default: "longest"
        }
    }

    /// Shows the allowed rate unless all bars would vanish under it.
    private var shownRate: Double? { allowedRate.flatMap { $0 <= timeline.highestRate * 5 ? $0 : nil } }

    private var top: Double { max(timeline.highestRate, shownRate ?? 0) * Double(timeline.seconds) * 1.04 }

    var figure: Markup {
        let words = timeline.words(allowedRate: allowedRate, in: zone)
        return """
            <figure>
            <div class="\(length)">
            <div class="axis"><span>\(Phrases.rate(top / Double(timeline.seconds) / 1.04)) a second</span></div>
            <div class="plot">
            <svg role="img" aria-labelledby="plot-title plot-words" viewBox="0 0 \(length: width) \(length: Self.height)" \
            preserveAspectRatio="none">
            <title id="plot-title">Requests to Zoom over time</title>
            <desc id="plot-words">\(words)</desc>
            <defs><pattern id="stripes" width="3" height="3" patternUnits="userSpaceOnUse">\
            <path class="stripe" d="M0 3 L3 0"/></pattern></defs>
            \(timeline.steps.enumerated().map { bar($0.element, at: $0.offset) })
            \(line)
            </svg>
            </div>
            <div class="axis"><span>\(time: ReadableTime(timeline.start, seconds: true, in: zone))</span>\
            <span>\(end)</span></div>
            </div>
            \(key)
            <figcaption>\(words) Each bar stands for \(Phrases.span(Double(timeline.seconds))).</figcaption>
            </figure>
            """
    }

    private var end: Markup {
        let end = ReadableTime(timeline.end, seconds: true, in: zone)
        return "<time datetime=\"\(end.iso)\">\(end.clock)</time>"
    }

    private func bar(_ step: RequestTimeline.Step, at index: Int) -> Markup {
        guard step.requests > 0, top > 0 else { return "" }
        let x = Double(index) * Self.pitch + 0.6
        var base = Self.height
        func piece(_ count: Int, _ name: String) -> Markup {
            guard count > 0 else { return "" }
            let height = Double(count) / top * Self.height
            base -= height
            return """
                <rect class="\(name)" x="\(length: x)" y="\(length: base)" width="4.8" height="\(length: height)"/>

                """
        }
        let sent = piece(step.requests - step.refusals - step.troubles, "sent")
        let trouble = piece(step.troubles, "trouble")
        return "\(sent)\(trouble)\(piece(step.refusals, "refused"))"
    }

    private var line: Markup {
        guard let shownRate, top > 0 else { return "" }
        let y = Self.height - shownRate * Double(timeline.seconds) / top * Self.height
        return """
            <line class="allowed" x1="0" x2="\(length: width)" y1="\(length: y)" y2="\(length: y)"/>
            """
    }

    private var key: Markup {
        let hasRefusals = timeline.steps.contains { $0.refusals > 0 }
        let hasTroubles = timeline.steps.contains { $0.troubles > 0 }
        let box: Markup = "x=\"1\" y=\"1\" width=\"8\" height=\"8\""
        func item(_ name: String, _ words: String) -> Markup {
            """
            <li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="\(name)" \(box)/></svg>\(words)</li>
            """
        }
        let allowed: Markup =
            shownRate == nil
            ? ""
            : """
            <li><svg viewBox="0 0 10 10" aria-hidden="true"><line class="allowed" x1="0" x2="10" y1="5" y2="5"/></svg>\
            allowed rate (dashed)</li>
            """
        return """
            <ul class="key">
            \(item("sent", "done (filled)"))
            \(hasTroubles ? item("trouble", "refused otherwise, or no answer (outlined)") : "")
            \(hasRefusals ? item("refused", "refused as too many, 429 (striped)") : "")
            \(allowed)
            </ul>
            """
    }
}

import Journal

/// Requests over time as a drawing. What it shows is also said in words, and nothing is told by colour alone.
struct TimelineSVG {
    private let timeline: RequestTimeline
    private let allowedRate: Double?
    private static let height = 100.0
    private static let pitch = 6.0

    init(_ timeline: RequestTimeline, allowedRate: Double?) {
        self.timeline = timeline
        self.allowedRate = allowedRate
    }

    /// Few steps don't become planks.
    private var width: Double { Self.pitch * Double(max(timeline.steps.count, 40)) }

    /// The allowed rate belongs in the drawing unless all bars would vanish under it.
    private var shownRate: Double? { allowedRate.flatMap { $0 <= timeline.highestRate * 5 ? $0 : nil } }

    private var top: Double { max(timeline.highestRate, shownRate ?? 0) * Double(timeline.seconds) * 1.04 }

    var figure: Markup {
        let words = timeline.words(allowedRate: allowedRate)
        return """
            <figure>
            <div class="axis"><span>\(Wording.rate(top / Double(timeline.seconds) / 1.04)) a second</span></div>
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
            <div class="axis"><span>\(time: MomentText(timeline.start, seconds: true))</span>\
            <span>\(end)</span></div>
            \(key)
            <figcaption>\(words) Each bar stands for \(Wording.span(Double(timeline.seconds))).</figcaption>
            </figure>
            """
    }

    private var end: Markup {
        // The drawing may go on to the right of the last step.
        timeline.steps.count < 40
            ? "\(time: MomentText(timeline.start.addingTimeInterval(Double(40 * timeline.seconds)), seconds: true))"
            : "\(time: MomentText(timeline.end, seconds: true))"
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

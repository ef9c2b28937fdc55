/// The one style sheet of a report: calm, light or dark like the reader's system, and suitable for paper.
enum ReportStyle {
    static let sheet: Markup = """
        :root { color-scheme: light dark; \(Palette.light.properties) }
        @media (prefers-color-scheme: dark) { :root { \(Palette.dark.properties) } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
          font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
          overflow-wrap: break-word;
        }
        bdi { overflow-wrap: anywhere; }
        header, main, footer { max-width: 58rem; margin: 0 auto; }
        h1 { font-size: 2rem; line-height: 1.2; margin: .25rem 0 .5rem; font-weight: 650; letter-spacing: -.01em; }
        h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .25rem; font-weight: 650; }
        h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; font-weight: 650; }
        h4 { font-size: 1rem; margin: 0 0 .25rem; font-weight: 600; }
        p { margin: .25rem 0; }
        .faint, caption, figcaption { color: var(--faint); font-size: .9rem; }
        .over { color: var(--faint); font-size: .9rem; margin: 0; }
        .lead { font-size: 1.1rem; max-width: 44rem; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.75rem 0 0; }
        .figures div {
          background: var(--surface); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem;
          display: flex; flex-direction: column-reverse;
        }
        .figures dt { font-size: .9rem; color: var(--faint); }
        .figures dd { margin: 0; font-size: 1.7rem; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; }
        .good { color: var(--good); } .wanting { color: var(--wanting); } .waiting { color: var(--waiting); }
        main > section, main > details {
          background: var(--surface); border: 1px solid var(--line); border-radius: .8rem;
          padding: 1.25rem 1.5rem 1.5rem; margin-top: 1.5rem;
        }
        .need { border-left: .25rem solid var(--wanting); padding: .1rem 0 .1rem 1rem; margin: 1rem 0 1.5rem; }
        .wait { border-left: .25rem solid var(--waiting); padding: .1rem 0 .1rem 1rem; margin: 1rem 0; }
        table { width: 100%; border-collapse: collapse; font-size: .95rem; margin: .5rem 0 0; }
        caption { text-align: left; padding: 0 0 .35rem; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); }
        th { font-weight: 600; } thead th { border-top: 0; color: var(--faint); font-size: .85rem; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; width: 5.5rem; }
        th:last-child, td:last-child { padding-right: 0; }
        .rows td, .rows th { font-size: .9rem; }
        .topic { display: block; color: var(--faint); font-weight: 400; }
        .cell { white-space: pre-wrap; }
        .cells { font: .85rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
        .line { width: 4.5rem; font-variant-numeric: tabular-nums; }
        figure { margin: 1rem 0 0; }
        .shortest { max-width: 16rem; } .short { max-width: 26rem; } .long { max-width: 40rem; }
        .plot { border-bottom: 1px solid var(--faint); }
        svg { display: block; width: 100%; height: 9rem; }
        .sent { fill: var(--bar); } .refused { fill: url(#stripes); stroke: var(--wanting); stroke-width: 1; }
        .trouble { fill: none; stroke: var(--waiting); stroke-width: 1.5; }
        .refused, .trouble, .allowed { vector-effect: non-scaling-stroke; }
        .stripe { stroke: var(--wanting); stroke-width: 1.2; }
        .allowed { stroke: var(--faint); stroke-width: 1.2; stroke-dasharray: 5 4; }
        .axis { padding-top: .15rem; display: flex; justify-content: space-between; gap: 1rem; color: var(--faint); font-size: .85rem; }
        .key { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .5rem 0 0; font-size: .9rem; }
        .key svg { display: inline-block; width: .9rem; height: .9rem; margin-right: .4rem; vertical-align: -.1rem; }
        summary { cursor: pointer; font-weight: 650; font-size: 1.1rem; }
        .need summary, .wait summary { font-weight: 400; font-size: .9rem; }
        ul { margin: .25rem 0; padding-left: 1.25rem; } li { margin: .15rem 0; }
        summary:focus-visible, a:focus-visible { outline: .2rem solid var(--bar); outline-offset: .2rem; border-radius: .2rem; }
        footer { margin-top: 1.5rem; }
        @media (max-width: 34rem) {
          body { padding: 1.5rem .75rem 3rem; }
          main > section, main > details { padding: 1rem; }
          h1 { font-size: 1.6rem; }
          th, td { padding-right: .5rem; }
          td.number, th.number { width: auto; }
          .line { width: 3.25rem; }
          .rows thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .rows tbody, .rows tr { display: block; }
          .rows tr { border-top: 1px solid var(--line); padding: .35rem 0; }
          .rows tbody th, .rows td { display: inline; width: auto; border: 0; padding: 0; }
          .rows tbody th::before { content: "Row "; }
          .rows td:not(:empty)::before { content: " · "; color: var(--faint); }
        }
        @media print {
          :root { \(Palette.light.properties) }
          @page { margin: 11mm 13mm; }
          html { font-size: 8.5pt; }
          header, main, footer { max-width: none; }
          .topic { display: inline; }
          .need details, .wait details { display: none; }
          body { padding: 0; background: none; line-height: 1.35; }
          h1 { font-size: 1.6rem; } h3 { margin: .75rem 0 .25rem; } p { margin: .1rem 0; }
          main > section, main > details { border: 0; padding: 0; margin-top: 1rem; }
          .need, .wait { margin: .4rem 0 .6rem; } table { margin-top: .2rem; } figure, footer { margin-top: .5rem; }
          th, td { padding-top: .1rem; padding-bottom: .1rem; }
          .figures { margin-top: .75rem; grid-template-columns: repeat(4, 1fr); }
          .figures div { padding: .3rem .7rem; }
          .figures dd { font-size: 1.3rem; }
          .plot svg { height: 3.5rem; }
          .figures div { break-inside: avoid; }
          tr, figure { break-inside: avoid; }
          h3, h4, thead { break-after: avoid; }
        }
        """
}

/// The colors of a report. A test holds every pair in use to WCAG's AA contrast.
struct Palette: Sendable {
    let ground: StaticString
    let surface: StaticString
    let line: StaticString
    let ink: StaticString
    let faint: StaticString
    let good: StaticString
    let wanting: StaticString
    let waiting: StaticString
    let bar: StaticString

    static let light = Palette(
        ground: "#faf9f6",
        surface: "#ffffff",
        line: "#dcd9d1",
        ink: "#22262b",
        faint: "#5a626b",
        good: "#1b6e3c",
        wanting: "#a8321e",
        waiting: "#805600",
        bar: "#3f6f9f"
    )

    static let dark = Palette(
        ground: "#15181b",
        surface: "#1d2125",
        line: "#363c42",
        ink: "#e7e6e2",
        faint: "#a6aeb6",
        good: "#71cf94",
        wanting: "#ff9a8b",
        waiting: "#e6bd68",
        bar: "#7fb0de"
    )

    /// Each text color, with its background.
    var textPairs: [(ink: StaticString, ground: StaticString)] {
        [ground, surface].flatMap { back in [ink, faint, good, wanting, waiting].map { ($0, back) } }
    }

    /// As CSS custom properties.
    var properties: Markup {
        """
        --ground: \(ground.description); --surface: \(surface.description); --line: \(line.description);
        --ink: \(ink.description); --faint: \(faint.description); --good: \(good.description);
        --wanting: \(wanting.description); --waiting: \(waiting.description); --bar: \(bar.description);
        """
    }
}

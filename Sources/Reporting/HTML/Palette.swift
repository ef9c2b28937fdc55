/// The colours of a report. A test holds every pair that is used to WCAG's AA contrast.
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

    /// What is read, on what it is read against.
    var textPairs: [(ink: StaticString, ground: StaticString)] {
        [ground, surface].flatMap { back in [ink, faint, good, wanting, waiting].map { ($0, back) } }
    }

    /// As custom properties of CSS.
    var properties: Markup {
        """
        --ground: \(ground.description); --surface: \(surface.description); --line: \(line.description);
        --ink: \(ink.description); --faint: \(faint.description); --good: \(good.description);
        --wanting: \(wanting.description); --waiting: \(waiting.description); --bar: \(bar.description);
        """
    }
}

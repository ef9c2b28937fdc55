import Decisions
import Foundation
import Spreadsheet
import Testing

@testable import Reporting

/// The page in a real browser, which lays it out and says what it measured.
@Suite(
    "The report in Chromium",
    .enabled(
        if: Tool.chromium != nil,
        "Chromium (Debian: chromium) is not installed; the page's structure is tested without"
    ),
    .serialized
)
struct BrowserTests {
    /// What stands in for the reader's window.
    struct Window: Sendable, CustomTestStringConvertible {
        let width: Int
        let isDark: Bool
        var testDescription: String { "\(width) wide, \(isDark ? "dark" : "light")" }
    }

    @Test(
        "nothing is wider than the window, and the colours are the reader's",
        arguments: [Window(width: 360, isDark: true), Window(width: 1_200, isDark: false)]
    )
    func layout(window: Window) async throws {
        let night = try ReportHarness()
        let job = try await night.everything()
        let html = ReportHTML(try night.report(of: job), version: "1").text
        // A frame of the wanted width, because a window of a browser can't be as narrow as a telephone's.
        let file = night.directory.appending(path: "frame.html")
        try Self.frame(around: html, width: window.width).write(to: file, atomically: true, encoding: .utf8)
        let result = try Tool.run(
            try #require(Tool.chromium),
            [
                "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", "--virtual-time-budget=2000",
                "--window-size=1300,900",
                "--user-data-dir=\(night.directory.path)/chromium",
                "--blink-settings=preferredColorScheme=\(window.isDark ? 0 : 1)", "--dump-dom", "file://\(file.path)",
            ]
        )
        let found = try #require(
            result.output.firstMatch(of: /data-measured="([^"]*)"/),
            "Chromium said: \(result.output)"
        )
        let measured = Dictionary(
            uniqueKeysWithValues: found.1.split(separator: ";").map { part in
                let pair = part.split(separator: "=", maxSplits: 1)
                return (String(pair[0]), String(pair.last ?? ""))
            }
        )
        #expect(measured["client"] == String(window.width))
        #expect(measured["scroll"] == String(window.width), "the page scrolls sideways")
        #expect(measured["beyond"] == "0", "elements reach beyond the window")
        #expect(measured["scripts"] == "0")
        let ground = window.isDark ? Palette.dark.ground : Palette.light.ground
        #expect(measured["ground"] == Self.rgb(ground.description))
    }

    @Test("the report of a bad night, and the check of its list, fit two printed pages each")
    func print() async throws {
        let night = try ReportHarness()
        let job = try await night.badNight()
        let list = night.directory.appending(path: "guests.csv").path
        let finding = try CheckFinding(of: { try SpreadsheetSource(path: list) }, options: SheetOptions())
        let pages = [
            ReportHTML(try night.report(of: job), version: "1").text,
            CheckHTML([finding], madeAt: night.now, in: .utc, version: "1").text,
        ]
        for (index, html) in pages.enumerated() {
            let (page, pdf) = (night.directory.path + "/\(index).html", night.directory.path + "/\(index).pdf")
            try html.write(toFile: page, atomically: true, encoding: .utf8)
            _ = try Tool.run(
                try #require(Tool.chromium),
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(night.directory.path)/chromium",
                    "--no-pdf-header-footer", "--print-to-pdf=\(pdf)", "file://\(page)",
                ]
            )
            let text = String(decoding: try Data(contentsOf: URL(filePath: pdf)), as: UTF8.self)
            let count = try #require(text.firstMatch(of: /\/Count (\d+)/)?.1)
            #expect(Int(count) ?? 99 <= 2, "page \(index) takes \(count) sheets")
        }
    }

    /// A page with the report in a frame, and a script of the test's own beside it that measures.
    private static func frame(around html: String, width: Int) -> String {
        let quoted = html.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
        return """
            <!DOCTYPE html><meta charset="utf-8"><meta name="color-scheme" content="light dark">
            <body><iframe id="f" style="width:\(width)px;height:800px;border:0" srcdoc="\(quoted)"></iframe>
            <script>
            document.getElementById('f').addEventListener('load', () => {
              const page = document.getElementById('f').contentDocument, root = page.documentElement
              const beyond = [...page.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1)
              document.body.dataset.measured = [
                'client=' + root.clientWidth, 'scroll=' + root.scrollWidth, 'beyond=' + beyond.length,
                'scripts=' + page.scripts.length, 'ground=' + getComputedStyle(page.body).backgroundColor,
              ].join(';')
            })
            </script>
            """
    }

    private static func rgb(_ hex: String) -> String {
        let value = Int(hex.dropFirst(), radix: 16) ?? 0
        return "rgb(\(value >> 16 & 255), \(value >> 8 & 255), \(value & 255))"
    }
}

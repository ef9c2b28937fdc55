import Testing

@testable import Reporting

@Suite("The report as a page")
struct ReportHTMLTests {
    private func page() async throws -> (html: String, page: Page) {
        let night = try ReportHarness()
        let job = try await night.everything()
        let html = ReportHTML(try night.report(of: job), version: "1.2.3").text
        return (html, Page(html))
    }

    @Test("every element is closed in its place, whatever stands in the cells")
    func wellFormed() async throws {
        let page = try await page().page
        #expect(page.faults.isEmpty)
        #expect(page.all("h1").count == 1)
        #expect(page.all("main").count == 1 && page.all("header").count == 1 && page.all("footer").count == 1)
        #expect(page.all("html").first?.attributes["lang"] == "en")
    }

    @Test("nothing is loaded from anywhere, no script is in it, and none would be run")
    func selfContained() async throws {
        let (html, page) = try await page()
        #expect(page.all("script", "img", "link", "iframe", "object", "a", "form").isEmpty)
        for element in page.elements {
            #expect(
                !element.attributes.keys.contains { $0.hasPrefix("on") || $0 == "src" || $0 == "href" || $0 == "style" }
            )
        }
        #expect(html.contains("default-src 'none'; style-src 'unsafe-inline'"))
        #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("@import"))
        #expect(html.matches(of: /url\(([^)]*)\)/).allSatisfy { $0.1.hasPrefix("#") })
    }

    @Test("cells that mean harm are shown as text")
    func hostile() async throws {
        let (html, page) = try await page()
        #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
        #expect(html.contains("&lt;/td&gt;&lt;/table&gt;&lt;h1&gt;"))
        #expect(html.contains("&lt;img src=x onerror=alert(1)&gt;"))
        #expect(html.contains("every &lt;b&gt;kind &amp; &#39;more&#39;.csv"))
        #expect(html.contains("gnp.exe") && html.contains("עברית"))
        #expect(!html.unicodeScalars.contains { $0.value == 0x202E })
        // Every cell of a row is fenced in, so that its direction of writing stays inside.
        let rows = try #require(html.firstRange(of: "<table class=\"rows\">"))
        #expect(html[rows.upperBound...].firstRange(of: "<td><bdi>") != nil)
        #expect(page.all("bdi").count >= 10)
    }

    @Test("a screen reader finds its way: headings without a gap, captions, scopes, a drawing in words")
    func accessible() async throws {
        let page = try await page().page
        var level = 0
        for heading in page.all("h1", "h2", "h3", "h4") {
            let next = Int(heading.name.dropFirst()) ?? 0
            #expect(next <= level + 1, "\(heading.text) is a level too deep")
            level = next
        }
        let tables = page.all("table").count
        #expect(tables >= 4)
        #expect(page.all("caption").count == tables)
        #expect(page.all("caption").allSatisfy { !$0.text.isEmpty })
        #expect(page.all("th").allSatisfy { ["col", "row"].contains($0.attributes["scope"]) })
        let ids = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        let named = page.elements.compactMap { $0.attributes["aria-labelledby"] }.flatMap { $0.split(separator: " ") }
        #expect(named.count >= 3)
        #expect(named.allSatisfy { ids.contains(String($0)) })
        let drawing = try #require(page.all("svg").first { $0.attributes["role"] == "img" })
        #expect(drawing.attributes["aria-labelledby"] == "plot-title plot-words")
        #expect(page.all("desc").first?.text.contains("refused as too many (429)") == true)
        #expect(page.all("svg").allSatisfy { $0.attributes["role"] == "img" || $0.attributes["aria-hidden"] == "true" })
        #expect(page.all("details").count == page.all("summary").count)
    }

    @Test("all text has AA contrast, in light and in dark", arguments: [Palette.light, .dark])
    func contrast(palette: Palette) {
        for (ink, ground) in palette.textPairs {
            #expect(Contrast.ratio(ink.description, ground.description) >= 4.5, "\(ink) on \(ground)")
        }
        #expect(Contrast.ratio(palette.bar.description, palette.surface.description) >= 3)
    }

    @Test("staff read what was done for each meeting, and what to mend in which row")
    func content() async throws {
        let (html, page) = try await page()
        #expect(page.all("h1").first?.text == "6 rows need you.")
        #expect(html.contains("27\u{A0}approved, 13\u{A0}denied"))
        #expect(html.contains("Meeting 845 1209 3371"))
        #expect(html.contains("Registration is not switched on for this meeting."))
        #expect(html.contains("<summary>For the administrator</summary>\n<ul><li><bdi>HTTP 300, code 300:"))
        #expect(
            html.contains(
                "<td><bdi>alert@example.org</bdi></td><td><bdi>approve</bdi></td>"
            )
        )
        #expect(html.contains("<th scope=\"row\" class=\"line\">42</th>"))
        #expect(html.contains("v=2.0;track-"))
        #expect(html.contains("May be sent from <time datetime=\"2027-01-15T"))
    }

    @Test("lists are cut, and say how many more there are")
    func cut() async throws {
        let night = try ReportHarness()
        var lines = ["Meeting,Email,Action"]
        for row in 1...500 { lines.append("\(84_512_000_000 + row),g@example.org,approve") }
        for row in 1...500 { lines.append("nonsense \(row),g@example.org,approve") }
        let job = try await night.take("long.csv", lines.joined(separator: "\n")) { _, now in
            ReportHarness.Answer(
                attempt: .init(startedAt: now, duration: .milliseconds(9), status: 404),
                verdict: .failed(reason: "Zoom does not know this meeting.")
            )
        }
        let report = try night.report(of: job)
        #expect(report.counts.needingPerson == 1_000)
        #expect(report.jobs.first.first?.meetings.more == 400)
        #expect(report.jobs.first.first?.needs.map(\.count) == [500, 200])
        #expect(report.jobs.first.first?.moreNeeds == 300)
        let html = ReportHTML(report, version: "1").text
        #expect(html.contains("300 more rows like these"))
        #expect(html.contains("and 400 more meetings."))
        #expect(html.utf8.count < 300_000)
        #expect(Page(html).faults.isEmpty)
    }

    @Test("how a spreadsheet was read, where that was not plain, is said in every form")
    func notices() async throws {
        let night = try ReportHarness()
        let job = try await night.take("titled.csv", "Guests of the summer\n\nMeeting,Email,Action\n") { _, _ in nil }
        let report = try night.report(of: job)
        let notice = "The header was found in row 3; what is above it was taken for a title."
        #expect(ReportHTML(report, version: "1").text.contains(notice))
        #expect(ReportText(report).text.contains("\n  \(notice)"))
        let compact = try ReportJSON(report).text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(compact.contains(", \"\(notice)\" ], \"rows\""))
    }

    @Test("where all is done it says so, and asks for nothing")
    func calm() async throws {
        let night = try ReportHarness()
        let job = try await night.take("calm.csv", "Meeting,Email,Action\n84512093371,a@example.org,approve\n") {
            _,
            now in
            ReportHarness.Answer(
                attempt: .init(startedAt: now, duration: .milliseconds(9), status: 204),
                verdict: .applied
            )
        }
        let report = try night.report(of: job)
        #expect(report.headline == "The one row is done.")
        #expect(report.summary == "Nobody needs to do anything.")
        #expect(!ReportHTML(report, version: "1").text.contains("What needs you"))
        #expect(ReportText(report).text.contains("Meeting 845 1209 3371: 1 approved"))
    }
}

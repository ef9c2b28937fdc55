import Journal
import Testing

@testable import Reporting

@Suite("Progress on a terminal")
struct ProgressLinesTests {
    private static func job(_ id: Int64, _ name: String, rows: Int, done: Int, deferred: Int = 0, failed: Int = 0)
        -> JobProgress
    {
        var counts = Counts()
        counts[.applied] = done - failed
        counts[.failed] = failed
        counts[.deferred] = deferred
        counts[.pending] = rows - done - deferred
        return JobProgress(id: JobID(rawValue: id), name: name, counts: counts)
    }

    private static let worlds: [LiveProgress] = [
        LiveProgress(
            jobs: [job(1, "decisions.csv", rows: 10_000, done: 1_204, deferred: 12, failed: 2)],
            rate: 18.5,
            allowedRate: 20,
            refusals: 3,
            secondsLeft: 440
        ),
        LiveProgress(
            jobs: [
                job(1, "日本語の登録者リスト・第二回説明会.csv", rows: 300, done: 300),
                job(2, "Robin 🦊🏽 👩‍👩‍👧 Ê\u{0301}\u{0302} list.csv", rows: 1_000_000, done: 999_999, failed: 999_999),
                job(3, "evil\u{1B}[2J\u{202E}name\n.csv", rows: 5, done: 0, deferred: 5),
            ],
            rate: 0,
            pause: 61.2
        ),
        LiveProgress(
            jobs: (1...40).map { job($0, "list-\($0).csv", rows: 100, done: $0 < 20 ? 100 : 3) },
            rate: 2_100.4
        ),
        LiveProgress(jobs: []),
        LiveProgress(jobs: [job(9, "", rows: 0, done: 0)]),
    ]

    @Test("no line is as wide as the terminal, whatever the names", arguments: 20...200)
    func fits(columns: Int) {
        for world in Self.worlds {
            for style in [TerminalStyle(isColoured: true, isUnicode: true), .init(isColoured: false, isUnicode: false)]
            {
                let lines = ProgressLines(world, columns: columns, style: style).lines
                #expect(lines.count == min(world.jobs.count, ProgressLines.most) + 1)
                for line in lines {
                    #expect(ProgressDisplay.visibleWidth(of: line) < columns, "\(line)")
                    #expect(!line.contains("\n"))
                }
            }
        }
    }

    @Test("without colours there is no escape sequence, and without UTF-8 nothing of ours beyond ASCII")
    func plain() {
        for world in Self.worlds {
            for columns in [20, 40, 80, 200] {
                let style = TerminalStyle(isColoured: false, isUnicode: false)
                for line in ProgressLines(world, columns: columns, style: style).lines {
                    #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
                    #expect(!line.contains("█") && !line.contains("…") && !line.contains("×"))
                }
            }
        }
    }

    @Test("a wide terminal shows the bar, the figures, the rates and the time left")
    func whole() {
        let lines = ProgressLines(Self.worlds[0], columns: 100, style: .init(isColoured: false, isUnicode: true)).lines
        #expect(
            lines == [
                "decisions.csv  [███▒░░░░░░░░░░░░░░░░░░░░░░░░░░]  1,204/10,000  12 deferred  2 failed",
                "18.5 of 20/s   7 min 20 s left   3 × 429",
            ]
        )
    }

    @Test("a narrow one keeps the figures")
    func narrow() {
        let lines = ProgressLines(Self.worlds[0], columns: 30, style: .init(isColoured: false, isUnicode: true)).lines
        #expect(lines.allSatisfy { TerminalText.width(of: $0) < 30 })
        #expect(lines[0].hasSuffix("1,204/10,000"))
        #expect(lines[0].hasPrefix("decisio"))
    }

    @Test("a pause is told instead of a rate")
    func pause() {
        let lines = ProgressLines(Self.worlds[1], columns: 100, style: .init(isColoured: false, isUnicode: true)).lines
        #expect(lines.last == "paused 1 min 2 s, as Zoom asks")
    }

    @Test("many jobs are summed up behind those that are under way")
    func many() {
        let lines = ProgressLines(Self.worlds[2], columns: 120, style: .init(isColoured: false, isUnicode: true)).lines
        #expect(lines[0].hasPrefix("list-20.csv"))
        #expect(lines[5].hasPrefix("35 more files"))
        #expect(lines[5].contains("1,948/3,500"))
    }

    @Test("bars stand under each other")
    func aligned() {
        let lines = ProgressLines(Self.worlds[1], columns: 90, style: .init(isColoured: false, isUnicode: true)).lines
            .dropLast()
        let starts = lines.map { line in TerminalText.width(of: line.prefix { $0 != "[" }) }
        // The third name holds a bracket of its own.
        #expect(starts[0] == starts[1])
    }

    @Test(
        "wide characters count two columns, marks none",
        arguments: [
            ("abc", 3), ("日本", 4), ("é", 1), ("e\u{0301}", 1), ("🦊", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("ｶ", 1), ("Ａ", 2),
            ("", 0),
            ("한글", 4), ("עברית", 5), ("❤️", 2),
        ]
    )
    func width(text: String, columns: Int) {
        #expect(TerminalText.width(of: text) == columns)
    }

    @Test("cutting a text never splits a wide character, and fills up to the width", arguments: 1...12)
    func fitted(columns: Int) {
        #expect(TerminalText.width(of: TerminalText.fitted("日本語 list", to: columns, ellipsis: "…")) == columns)
    }

    @Test("drawing anew begins at the first line, also where a narrower terminal has wrapped them")
    func start() {
        #expect(ProgressDisplay.start(over: [], columns: 80) == "\r")
        #expect(ProgressDisplay.start(over: [60], columns: 80) == "\r")
        #expect(ProgressDisplay.start(over: [60, 20], columns: 80) == "\r\u{1B}[1A")
        #expect(ProgressDisplay.start(over: [60, 20], columns: 25) == "\r\u{1B}[3A")
        #expect(ProgressDisplay.start(over: [0, 0], columns: 25) == "\r\u{1B}[1A")
    }
}

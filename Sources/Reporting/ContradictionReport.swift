package import Decisions
import Files
import FoundationEssentials
package import Spreadsheet

/// What several spreadsheets decide differently about one registrant, which of them counts, and why. Without the
/// journal, which may know decisions of other spreadsheets.
package struct ContradictionReport {
    private let options: SheetOptions
    private let zone: ReaderZone
    private var contradictions = SheetContradictions()
    private var files: [File] = []

    private struct File {
        let name: String
        let path: String?
        let wasNamed: Bool
        let order: FileOrder?

        init(_ source: SpreadsheetSource) {
            name = source.name
            path = source.path
            wasNamed = source.wasNamed
            order = source.order
        }
    }

    /// Two files, of which one counts.
    private struct Pair: Hashable {
        let overruled: Int
        let winner: Int
    }

    /// A contradiction for programs.
    struct Line: Encodable, Sendable {
        struct Place: Encodable, Sendable {
            let file: String
            let row: Int
            let action: String
        }

        let person: String?
        let counts: Place
        let overruled: Place
        let because: String
    }

    /// How many contradictions of two files are shown: further ones add nothing.
    private static let shown = 3
    /// How many pairs of files are named.
    private static let pairs = 20

    /// - Parameter zone: The reader's.
    package init(options: SheetOptions, in zone: ReaderZone = .utc) {
        self.options = options
        self.zone = zone
    }

    /// Adds a spreadsheet, which counts more than those before it.
    ///
    /// - Throws: `SpreadsheetError` if it can't be read; then it takes no part.
    package mutating func add(_ source: SpreadsheetSource) throws {
        let sheet = try DecisionSheet(source, scan: SourceScan(source), options: options)
        files.append(File(source))
        try contradictions.add(sheet)
    }

    /// What was found, by the two files that contradict each other.
    private mutating func found() throws -> [(pair: Pair, findings: [SheetContradictions.Finding])] {
        let found = Dictionary(grouping: try contradictions.finish()) { finding in
            Pair(overruled: finding.overruled.sheet, winner: finding.winner.sheet)
        }
        return found.map { (pair: $0.key, findings: $0.value) }.sorted {
            ($0.pair.winner, $0.pair.overruled) < ($1.pair.winner, $1.pair.overruled)
        }
    }

    /// For people: a paragraph for each two files that contradict each other; none if nothing does.
    ///
    /// - Throws: `SpreadsheetError` if temporary files can't be read.
    package mutating func lines() throws -> [String] {
        let found = try found()
        var lines: [String] = []
        for (pair, findings) in found.prefix(Self.pairs) {
            let (overruled, winner) = (files[pair.overruled], files[pair.winner])
            lines.append(
                """
                \(overruled.name) and \(winner.name) decide differently about \(Phrases.count(findings.count, "registrant")). \
                \(winner.name) counts, because \(reason(winner, over: overruled)).
                """
            )
            let examples = findings.prefix(Self.shown)
            let texts = Self.texts(in: overruled, examples.map(\.overruled.number), options)
            lines += examples.map { finding in
                let text = texts[finding.overruled.number]
                let person = text?.person.map { "\($0) in " } ?? ""
                return """
                      \(person)\(text?.target.words ?? "one meeting"): \(finding.winner.action.rawValue) (row \
                    \(finding.winner.row)), not \(finding.overruled.action.rawValue) (row \(finding.overruled.row) of \
                    \(overruled.name))
                    """
            }
            if findings.count > examples.count { lines.append("  and \(findings.count - examples.count) more") }
        }
        if found.count > Self.pairs {
            lines.append("And \(found.count - Self.pairs) more pairs of files decide differently.")
        }
        return lines.map(\.onOneLine)
    }

    /// For programs: all that was found.
    ///
    /// - Throws: `SpreadsheetError` if temporary files can't be read.
    mutating func all() throws -> [Line] {
        try found().flatMap { pair, findings in
            let (overruled, winner) = (files[pair.overruled], files[pair.winner])
            let texts = Self.texts(in: overruled, findings.map(\.overruled.number), options)
            func place(_ place: SheetContradictions.Place, in file: File) -> Line.Place {
                Line.Place(file: file.name, row: place.row, action: place.action.rawValue)
            }
            return findings.map { finding in
                Line(
                    person: texts[finding.overruled.number]?.person,
                    counts: place(finding.winner, in: winner),
                    overruled: place(finding.overruled, in: overruled),
                    because: reason(winner, over: overruled)
                )
            }
        }
    }

    private func reason(_ winner: File, over overruled: File) -> String {
        guard !winner.wasNamed, !overruled.wasNamed, let late = winner.order, let early = overruled.order,
            winner.path.map(Directory.parent) == overruled.path.map(Directory.parent)
        else { return "it is named later" }
        guard late.modified > early.modified else {
            return "its name comes later, and both were changed at \(time(late))"
        }
        return "it was changed later (\(time(late)); the other \(time(early)))"
    }

    private func time(_ order: FileOrder) -> ReadableTime {
        ReadableTime(Date(timeIntervalSince1970: order.modified), seconds: true, in: zone)
    }

    /// Who is meant by rows of a file, and where, by their numbers; empty if it can't be read again.
    private static func texts(
        in file: File,
        _ numbers: [Int],
        _ options: SheetOptions
    ) -> [Int: (person: String?, target: Target)] {
        guard let path = file.path, let source = try? SpreadsheetSource(path: path, followsLinks: false),
            let sheet = try? DecisionSheet(source, scan: SourceScan(source), options: options)
        else { return [:] }
        var rest = numbers[...]
        var texts: [Int: (person: String?, target: Target)] = [:]
        try? sheet.forEachRow { row in
            guard row.number == rest.first, case .decision(let target, _) = row.verdict else { return }
            rest.removeFirst()
            texts[row.number] = (sheet.text(of: row).person, sheet.targets[target])
        }
        return texts
    }
}

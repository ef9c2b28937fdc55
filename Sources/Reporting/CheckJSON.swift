package import Decisions
import FoundationEssentials
package import Spreadsheet

/// What was found in spreadsheets, for programs: an array with an object for each file, which has every problem, one to a
/// line. It is written while the files are read, so memory does not grow with the number of problems.
package struct CheckJSON {
    private let encoder = JSONEncoder.usher()
    private let sink: ([UInt8]) throws -> Void
    private var isFirst = true

    /// Begins the array.
    ///
    /// - Parameter sink: Gets the text in order.
    /// - Throws: What `sink` throws.
    package init(to sink: @escaping ([UInt8]) throws -> Void) throws {
        self.sink = sink
        try sink(Array("[".utf8))
    }

    private struct Summary: Encodable {
        let notices: [String]
        let columns: String
        let groups: [Count]
        let notes: [Count]
        let counts: CheckReport.Tally
    }

    private struct Count: Encodable {
        let kind: String
        let rows: Int
        let firstLine: Int
    }

    /// Reads a spreadsheet and adds what there is to say.
    ///
    /// - Throws: `SpreadsheetError` where it can't be read as a whole; then hand the error to `add`.
    package mutating func add(_ source: SpreadsheetSource, options: SheetOptions) throws -> CheckReport {
        var opening: String? = try opening(of: source.name) + ",\"problems\":["
        let encoder = encoder
        let sink = sink
        let report = try CheckReport(of: source, options: options) { placed in
            let before = opening ?? ","
            opening = nil
            try sink(Array("\(before)\n".utf8) + Array(encoder.encode(placed)))
        }
        let summary = Summary(
            notices: report.notices,
            columns: report.columns,
            groups: report.groups.map { Count(kind: $0.kind, rows: $0.count, firstLine: $0.firstLine) },
            notes: report.notes.map { Count(kind: $0.text, rows: $0.count, firstLine: $0.firstLine) },
            counts: report.tally
        )
        // The summary's members join the object that is open.
        let rest = try encoder.encode(summary).dropFirst()
        try sink(Array((opening ?? "\n").utf8) + Array("],".utf8) + Array(rest))
        isFirst = false
        return report
    }

    /// Adds a file that can't be read.
    ///
    /// - Throws: What the sink throws.
    package mutating func add(_ error: SpreadsheetError) throws {
        try sink(
            Array("\(opening(of: error.name)),\"error\":".utf8) + Array(encoder.encode(error.description)) + [0x7D]
        )
        isFirst = false
    }

    /// Ends the array.
    ///
    /// - Throws: What the sink throws.
    package func finish() throws {
        try sink(Array("\n]\n".utf8))
    }

    private func opening(of name: String) throws -> String {
        "\(isFirst ? "" : ",")\n{\"file\":\(try encoder.text(of: name))"
    }
}

package import Decisions
import Files
package import FoundationEssentials
package import Journal
package import Sending
import Spreadsheet

/// What `usher verify` found, for people and for programs.
package struct VerificationReport {
    private let job: JobSummary
    private let verification: Verification
    /// The number of rows about which the journal makes a claim.
    private let claiming: Int
    /// Whether every list was read.
    private let isComplete: Bool
    /// Where differing rows are in the spreadsheet; empty if the journal no longer has the rows.
    private var places: [Int: RowPlace] = [:]

    /// Prepares a report; finds where the rows that differ are.
    ///
    /// - Parameters:
    ///   - claiming: The number of rows about which the journal makes a claim.
    ///   - isComplete: Whether every list was read.
    /// - Throws: `JournalError`.
    package init(
        of verification: Verification,
        job: JobSummary,
        claiming: Int,
        isComplete: Bool,
        in reader: JournalReader
    ) throws {
        self.job = job
        self.verification = verification
        self.claiming = claiming
        self.isComplete = isComplete
        let rows = Set(verification.differences.flatMap { [$0.row] + $0.repeats })
        guard !rows.isEmpty, !job.isPruned else { return }
        try reader.forEachRow(of: job) { row in
            if rows.contains(row.number) { places[row.number] = row.place }
        }
    }

    /// Rows that were not compared, by reason.
    private var silent: [String] {
        let other = claiming - verification.compared
        let reason =
            if isComplete {
                "decided otherwise later"
            } else if verification.compared == 0 {
                "of lists that could not be read"
            } else {
                "of lists that could not be read or decided otherwise later"
            }
        let parts = [(job.counts.rows - claiming, "not applied"), (other, reason)]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    }

    private func place(_ row: Int) -> String { places[row].map { "\($0)" } ?? "row \(row) below the header" }

    /// For people: a line for each difference, and a total.
    package var text: String {
        var text = ""
        for difference in verification.differences {
            let repeats = difference.repeats.map(place).joined(separator: ", ")
            let place = place(difference.row) + (repeats.isEmpty ? "" : " (repeated at \(repeats))")
            let target = difference.target
            let occurrence = target.occurrence.map { ", occurrence \($0)" } ?? ""
            text += "\(place): \(target.kind.rawValue) \(target.id)\(occurrence), \(difference.name): "
            text += "the journal says \(difference.action.done), Zoom says \(difference.found.words)\n"
        }
        let count = verification.differing
        let rows = Phrases.count(job.counts.rows, "row")
        text += "\(job.name.onOneLine) (job \(job.id)): "
        guard verification.compared > 0 else {
            return text + "Nothing was compared with Zoom. Of \(rows): \(silent.joined(separator: ", "))."
        }
        text += "\(verification.compared) of \(rows) compared with Zoom, "
        text += count == 0 ? "none differs." : count == 1 ? "1 differs." : "\(count) differ."
        return silent.isEmpty ? text : text + " Not compared: \(silent.joined(separator: ", "))."
    }

    private struct Line: Encodable {
        let row: Int?
        let line: Int?
        let repeatedRows: [Int]
        let kind: String
        let id: String
        let occurrence: String?
        let registrantID: String?
        let email: String?
        let journal: String
        let zoom: String
        /// The address that Zoom has for the id, if it is another than the row's.
        let zoomEmail: String?
        let reason: String?
    }

    private struct Whole: Encodable {
        let job: Int64
        let name: String
        let rows: Int
        let compared: Int
        let differences: [Line]
    }

    /// For programs.
    ///
    /// - Throws: What the encoder throws.
    package func json() throws -> String {
        let whole = Whole(
            job: job.id.rawValue,
            name: job.name,
            rows: job.counts.rows,
            compared: verification.compared,
            differences: verification.differences.map { difference in
                Line(
                    row: places[difference.row]?.row,
                    line: places[difference.row]?.line,
                    repeatedRows: difference.repeats.compactMap { places[$0]?.row },
                    kind: difference.target.kind.rawValue,
                    id: difference.target.id.description,
                    occurrence: difference.target.occurrence?.description,
                    registrantID: difference.registrant.id,
                    email: difference.registrant.email,
                    journal: difference.action.done,
                    zoom: difference.found.word,
                    zoomEmail: difference.found.email,
                    reason: difference.found.reason
                )
            }
        )
        return try JSONEncoder.usher(isPretty: true).text(of: whole)
    }
}

extension Verification {
    /// Targets whose registrants Zoom would not list, with its reason.
    package var unlisted: [Target: String] {
        var reasons: [Target: String] = [:]
        for difference in differences {
            if let reason = difference.found.reason { reasons[difference.target] = reason }
        }
        return reasons
    }

    /// Rows that differ from a list that was read, including repeated ones, and how many were compared.
    package var tally: (differing: Int, compared: Int) {
        let unread = differences.filter { $0.found.reason != nil }.reduce(0) { $0 + 1 + $1.repeats.count }
        return (differing - unread, compared - unread)
    }

    /// What to note beside the rows that differ, by their number; see `Journal.note(differences:of:)`.
    package func notes(at date: Date) -> [Int: String] {
        var notes: [Int: String] = [:]
        for difference in differences {
            guard let shown = difference.found.shown else { continue }
            let text = "at \(UTCTime(date)) \(shown). Look at the registrant in Zoom."
            for row in [difference.row] + difference.repeats { notes[row] = text }
        }
        return notes
    }
}

extension Verification.Difference {
    /// The registrant as the row named it.
    fileprivate var name: String {
        [registrant.email, registrant.id.map { "id \($0)" }].compactMap(\.self).joined(separator: ", ")
    }
}

extension Verification.Found {
    fileprivate var word: String {
        switch self {
        case .listed(let status): status
        case .missing: "missing"
        case .unclear: "unclear"
        case .otherEmail: "other_email"
        case .refused: "refused"
        }
    }

    fileprivate var email: String? {
        if case .otherEmail(let email) = self { email } else { nil }
    }

    fileprivate var reason: String? {
        if case .refused(let reason) = self { reason } else { nil }
    }

    /// What the lists showed, as a clause; nil if they were not read.
    fileprivate var shown: String? {
        switch self {
        case .listed(let status): "its lists showed the registrant as \(status)"
        case .missing: "none of its lists showed the registrant"
        case .unclear: "its lists disagreed about the registrant"
        case .otherEmail: "its lists showed this id under another email, so it may have gone to somebody else"
        case .refused: nil
        }
    }

    fileprivate var words: String {
        switch self {
        case .listed(let status): status
        case .missing: "nothing: in none of its lists, so cancelled or not registered"
        case .unclear: "two things at once: in several of its lists"
        case .otherEmail(let email): "that this id is \(email): it may have gone to somebody else"
        case .refused(let reason): "no: \(reason)"
        }
    }
}

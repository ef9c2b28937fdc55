package import Decisions
import Files
import FoundationEssentials
import Spreadsheet
import Synchronization
package import Zoom

/// Who is registered, as a spreadsheet that Usher reads again: ids that survive every spreadsheet program, and an
/// empty column for the decisions.
///
/// Pages wait in a temporary file without a name until all are there: only then are the questions of all meetings
/// known, and which of two entries about one person is the later one. In memory stays a number for each person.
package final class RegistrantSheet: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case csv, json
    }

    /// What changed in the lists while they were read.
    package struct Changes: Sendable, Hashable {
        /// People who were seen twice.
        package var moved = 0
        /// People whom Zoom counted and did not list.
        package var missed = 0
    }

    private struct Subject {
        let topic: String
        /// When it begins, by occurrence; nil for all of them.
        let starts: [OccurrenceID?: String]
        /// When it begins first, and its place among those that begin together.
        let order: (start: String, place: Int)
    }

    private struct Page {
        let target: Target
        let list: RegistrantQuery.Status
        /// Where in the temporary file it is.
        let bytes: Range<Int>
        /// The number of its first registrant; all registrants of all pages are numbered.
        let first: Int
    }

    private struct List: Hashable {
        let target: Target
        let status: RegistrantQuery.Status
    }

    private struct Reading {
        /// The number of the first registrant since the list was begun for the last time.
        var start: Int
        var total: Int?
        var count = 0
    }

    private struct State {
        var subjects: [Target: Subject] = [:]
        var pages: [Page] = []
        var size = 0
        var count = 0
        /// The number under which a person was seen last, and in which list.
        var latest: [RegistrantKey: (number: Int, list: RegistrantQuery.Status)] = [:]
        var readings: [List: Reading] = [:]
        /// The columns of questions, in the order of their first answer.
        var questions: [String] = []
        var known: Set<String> = []
        var changes = Changes()
    }

    private struct Entry: Codable {
        let id: String
        let email: String
        let status: String
        let details: ListedRegistrant.Details
    }

    private let state = Mutex(State())
    private let file: FileDescriptor

    /// - Throws: `FileError` if there is no place for temporary files.
    package init() throws(FileError) {
        do throws(SystemError) { file = try FileDescriptor.temporary() } catch { throw Self.noRoom(error) }
    }

    private static func noRoom(_ reason: SystemError) -> FileError {
        var error = FileError(path: FileDescriptor.temporaryDirectory, reason)
        error.content = .check
        return error
    }

    deinit { file.close() }

    /// Takes what a meeting or webinar is. Rows come by when it begins first, those of unknown beginnings last.
    ///
    /// - Parameter place: Its place among meetings that begin at the same moment.
    package func announce(_ target: Target, _ details: MeetingDetails, place: Int) {
        var starts: [OccurrenceID?: String] = [nil: details.start]
        for occurrence in details.occurrences { starts[occurrence.id] = occurrence.start }
        let first = details.occurrences.map(\.start).min() ?? details.start
        // Zoom writes UTC in one form, which sorts as text.
        let order = (first.isEmpty ? "~" : first, place)
        let subject = Subject(topic: details.topic, starts: starts, order: order)
        state.withLock { $0.subjects[target.whole] = subject }
    }

    /// Takes a page of a list.
    ///
    /// - Throws: `FileError` if it can't be kept.
    package func take(_ page: RegistrantPage, _ query: RegistrantQuery) throws {
        let entries = page.registrants.map {
            Entry(id: $0.id, email: $0.email, status: $0.status, details: $0.details)
        }
        let bytes = Array(try JSONEncoder().encode(entries))
        try state.withLock { state in
            let list = List(target: query.target, status: query.status)
            // A list without a page token is begun anew: what was read of it before no longer counts.
            if query.pageToken == nil || state.readings[list] == nil {
                state.readings[list] = Reading(start: state.count)
            }
            do throws(SystemError) { try file.write(bytes) } catch { throw Self.noRoom(error) }
            let end = state.size + bytes.count
            state.pages.append(
                Page(target: query.target, list: query.status, bytes: state.size..<end, first: state.count)
            )
            state.size = end
            let target = RegistrantKey.target(query.target)
            for registrant in page.registrants {
                let key = Self.key(registrant.id, registrant.email, target)
                let earlier = state.latest.updateValue((state.count, query.status), forKey: key)
                if let earlier {
                    let start = state.readings[List(target: query.target, status: earlier.list)]?.start ?? 0
                    if earlier.number >= start {
                        state.changes.moved += 1
                        if earlier.list == query.status { state.readings[list]?.count -= 1 }
                    }
                }
                state.count += 1
                state.readings[list]?.count += 1
                for answer in registrant.details.answers {
                    let title = Self.title(answer)
                    if state.known.insert(title).inserted { state.questions.append(title) }
                }
            }
            if let total = page.total { state.readings[list]?.total = total }
        }
    }

    /// How far the lists are read, on one line: `600 of 40,000 registrations listed`.
    package var progress: String {
        state.withLock { state in
            let read = state.readings.values.reduce(0) { $0 + $1.count }
            let total = state.readings.values.reduce(0) { $0 + max($1.total ?? 0, $1.count) }
            return "\(Phrases.number(read)) of \(Phrases.amount(total, "registration")) listed"
        }
    }

    /// Whether any list was read.
    package var hasPages: Bool { state.withLock { !$0.pages.isEmpty } }

    /// What changed while the lists were read.
    package var changes: Changes {
        state.withLock { state in
            var changes = state.changes
            for reading in state.readings.values { changes.missed += max(0, (reading.total ?? 0) - reading.count) }
            return changes
        }
    }

    private static func key(_ id: String, _ email: String, _ target: RegistrantKey) -> RegistrantKey {
        id.isEmpty ? RegistrantKey(.email, email, of: target) : RegistrantKey(.id, id, of: target)
    }

    /// A host's own question might be called like a column that Usher reads, so it always says what it is.
    private static func title(_ answer: ListedRegistrant.Details.Answer) -> String {
        answer.isOwn ? "Question: \(answer.question)" : answer.question
    }

    // MARK: Writing

    /// Whether something is in the place of a file.
    package static func isTaken(_ path: String) -> Bool { AtomicFile.exists(path) }

    /// Why a file could not be written, as far as that is known beforehand.
    package static func obstacle(at path: String) -> FileError? {
        AtomicFile.obstacle(at: path).map { reason in
            var error = FileError(path: path, reason)
            error.content = .check
            return error
        }
    }

    /// Writes a file that only its owner may read.
    ///
    /// - Returns: How many rows it has.
    /// - Throws: `FileError`.
    package func write(_ format: Format, to path: String) throws -> Int {
        do {
            var output = try AtomicFile(path: path, permissionsOf: nil)
            let count = try write(format) { bytes in try output.write(bytes) }
            try output.finish()
            return count
        } catch var error as FileError {
            error.content = .check
            throw error
        }
    }

    /// Passes on the file's bytes in order, a row at a time.
    ///
    /// - Parameter isLeftOut: Whether somebody has no row, by id, email and target.
    /// - Returns: How many rows it has.
    /// - Throws: What `sink` throws, or `SystemError`.
    package func write(
        _ format: Format,
        leavingOut isLeftOut: (String, String, Target) -> Bool = { _, _, _ in false },
        to sink: ([UInt8]) throws -> Void
    ) throws -> Int {
        let state = state.withLock { $0 }
        var form = Form(format, state)
        try sink(form.head)
        var count = 0
        let order = state.pages.indices.sorted { one, other in
            let (a, b) = (state.pages[one], state.pages[other])
            guard a.target.whole != b.target.whole, let first = state.subjects[a.target.whole]?.order,
                let second = state.subjects[b.target.whole]?.order
                // Within a meeting, its occurrences and their lists were read one after the other.
            else { return one < other }
            return first < second
        }
        for index in order {
            let page = state.pages[index]
            let start = state.readings[List(target: page.target, status: page.list)]?.start ?? 0
            guard page.first >= start else { continue }
            let key = RegistrantKey.target(page.target)
            for (offset, entry) in try entries(of: page).enumerated() {
                // A person who was seen again later is written as seen then.
                guard state.latest[Self.key(entry.id, entry.email, key)]?.number == page.first + offset else {
                    continue
                }
                if isLeftOut(entry.id, entry.email, page.target) { continue }
                try sink(form.row(of: entry, page.target, state.subjects[page.target.whole]))
                count += 1
            }
        }
        try sink(form.tail)
        return count
    }

    private func entries(of page: Page) throws -> [Entry] {
        var bytes = [UInt8](repeating: 0, count: page.bytes.count)
        let done = try bytes.withUnsafeMutableBytes { buffer throws(SystemError) in
            try file.read(into: buffer, at: page.bytes.lowerBound)
        }
        return try JSONDecoder().decode([Entry].self, from: Data(bytes.prefix(done)))
    }

    /// How rows are written.
    private struct Form {
        let format: Format
        let kinds: [Target.Kind]
        let questions: [String]
        let hasAccount: Bool
        private var isFirst = true
        private let encoder = JSONEncoder.usher()

        init(_ format: Format, _ state: State) {
            self.format = format
            let targets = state.subjects.keys
            let kinds = Target.Kind.allCases.filter { kind in targets.contains { $0.kind == kind } }
            self.kinds = kinds.isEmpty ? [.meeting] : kinds
            hasAccount = targets.contains { $0.account != nil }
            questions = state.questions
        }

        var head: [UInt8] {
            guard format == .csv else { return Array("[".utf8) }
            let names =
                kinds.map { $0 == .meeting ? "Meeting ID" : "Webinar ID" }
                + [
                    "Topic", "Occurrence ID", "When", "Registrant ID", "First Name", "Last Name", "Email", "Registered",
                    "Status",
                ] + questions + (hasAccount ? ["Account"] : []) + ["Action"]
            return [0xEF, 0xBB, 0xBF] + line(names.map(Self.text))
        }

        var tail: [UInt8] { format == .csv ? [] : Array(isFirst ? "]\n".utf8 : "\n]\n".utf8) }

        mutating func row(of entry: Entry, _ target: Target, _ subject: Subject?) throws -> [UInt8] {
            let when = subject?.starts[target.occurrence] ?? ""
            guard format == .csv else {
                let before = Array(isFirst ? "\n".utf8 : ",\n".utf8)
                isFirst = false
                return try before
                    + Array(encoder.encode(Object(entry, target, topic: subject?.topic ?? "", when: when)))
            }
            let details = entry.details
            var cells = kinds.map { $0 == target.kind ? SafeCell.meeting(target.id) : "" }.map { Array($0.utf8) }
            cells += [
                Self.text(subject?.topic ?? ""), Array(target.occurrence.map(SafeCell.occurrence)?.utf8 ?? "".utf8),
                Self.text(SafeCell.time(when)), SafeCell.registrant(entry.id), Self.text(details.firstName),
                Self.text(details.lastName), SafeCell.email(entry.email), Self.text(SafeCell.time(details.registered)),
                Self.text(entry.status),
            ]
            var answers: [String: String] = [:]
            for answer in details.answers {
                // A question asked twice has both answers in its column.
                answers[RegistrantSheet.title(answer)] =
                    answers[RegistrantSheet.title(answer)].map { "\($0); \(answer.text)" } ?? answer.text
            }
            cells += questions.map { Self.text(answers[$0] ?? "") }
            if hasAccount { cells.append(Self.text(target.account ?? "")) }
            return line(cells + [[]])
        }

        private func line(_ cells: [[UInt8]]) -> [UInt8] { Array(cells.joined(separator: [0x2C])) + [0x0D, 0x0A] }

        /// A cell with words of others, which no program may take for a formula. On one line: lists are edited by hand.
        private static func text(_ text: String) -> [UInt8] {
            CSVCell(text.split(whereSeparator: \.isNewline).joined(separator: " "), delimiter: 0x2C).bytes
        }
    }

    private struct Object: Encodable {
        var meetingId: String?
        var webinarId: String?
        let topic: String
        let occurrenceId: String?
        let when: String
        let registrantId: String
        let firstName: String
        let lastName: String
        let email: String
        let registered: String
        let status: String
        let answers: [Answer]
        let account: String?
        let action = ""

        struct Answer: Encodable {
            let question: String
            let answer: String
        }

        init(_ entry: Entry, _ target: Target, topic: String, when: String) {
            if target.kind == .meeting { meetingId = target.id.description } else { webinarId = target.id.description }
            self.topic = topic
            occurrenceId = target.occurrence?.description
            self.when = when
            registrantId = entry.id
            firstName = entry.details.firstName
            lastName = entry.details.lastName
            email = entry.email
            registered = entry.details.registered
            status = entry.status
            answers = entry.details.answers.map { Answer(question: $0.question, answer: $0.text) }
            account = target.account
        }
    }
}

/// Cells that no spreadsheet program takes for a quantity, a date or a formula, and that Usher's reader takes back.
package enum SafeCell {
    /// As Zoom shows it: `845 1209 3377`.
    package static func meeting(_ id: MeetingID) -> String {
        let digits = id.description
        let groups: [Int]
        switch digits.utf8.count {
        case 9: groups = [3, 3, 3]
        case 10: groups = [3, 3, 4]
        case 11: groups = [3, 4, 4]
        default: return digits
        }
        var rest = digits[...]
        return groups.map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: " ")
    }

    /// In brackets: 13 digits alone would come back as 1.79667E+12, and dragging a cell down would count them up.
    package static func occurrence(_ id: OccurrenceID) -> String { "[\(id)]" }

    /// Zoom's ids may begin with a hyphen, which would make them formulas.
    static func registrant(_ id: String) -> [UInt8] {
        guard let first = id.utf8.first, [0x2B, 0x2D, 0x3D, 0x40].contains(first), !id.contains("\"") else {
            return CSVCell(id, delimiter: 0x2C).bytes
        }
        return Array("=\"\(id)\"".utf8).quotedForCSV(0x2C)
    }

    static func email(_ address: String) -> [UInt8] {
        guard let first = address.utf8.first, [0x2B, 0x2D, 0x3D, 0x40].contains(first) else {
            return CSVCell(address, delimiter: 0x2C).bytes
        }
        return Array("<\(address)>".utf8).quotedForCSV(0x2C)
    }

    /// `2026-12-05 18:00 UTC` of `2026-12-05T18:00:00Z`; anything else as it is.
    static func time(_ text: String) -> String {
        guard text.utf8.count == 20, text.hasSuffix("Z"), text.dropFirst(10).first == "T" else { return text }
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}

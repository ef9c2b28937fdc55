import Files
import Spreadsheet

/// Settles how each column is read: first by name, then by the title above, by its content, and by the command line.
struct ColumnReading {
    private(set) var header: Header
    /// What a person should know, most serious first.
    private(set) var notices: [SheetNotice] = []
    /// Why nothing can be read, as a complete sentence.
    private(set) var fault: String?

    private let sample: ColumnSample
    private let options: SheetOptions
    /// Names that the user gave to columns of this sheet.
    private let map: [Column: String]
    private let title: TitleBlock
    private let isReport: Bool

    init(names: [String], title lines: [TitleBlock.Line], sample: ColumnSample, options: SheetOptions) {
        var map = options.applied(to: names).map
        let title = TitleBlock(lines, map: map)
        let letters = names.map { HeaderName($0).letters }
        let hasStatus = letters.contains(where: Column.statusNames.contains)
        let isReport = title.isZooms || hasStatus && letters.contains("registrationtime")
        // The configuration's name for the action may be Zoom's name for its status in the account's language. Naming
        // it for this very list is deliberate.
        if isReport, options.map[.action] == nil, let name = map[.action],
            let place = Header(names, map: [.action: name]).places[.action],
            Column.statusNames.contains(letters[place]) || Self.isBesideTimes(place, sample)
        {
            map[.action] = nil
            status = place
        }
        self.map = map
        self.title = title
        self.isReport = isReport
        self.sample = sample
        self.options = options.applied(to: names)
        header = Header(names, map: map, isReport: isReport)
        status = status ?? header.status

        resolveDoubled()
        readLooseID()
        passOverNames()
        if self.options.ignoresIDs { header.places[.registrant] = nil }
        takeShared()
        fault =
            fault ?? reportFault ?? header.fault(map: map).map { "This is not a usable header: \($0)" } ?? looseIDFault
        guard fault == nil else { return }
        warnOfForeignIDs()
        warnOfUnreadColumns()
        notices =
            notices.filter { $0.level == .doubt } + notices.filter { $0.level == .warning }
            + notices.filter { $0.level == .remark }
    }

    /// The place of Zoom's status, which decides nothing.
    private var status: Int?
    /// What is wrong with a column called just "id" if everything else is readable.
    private var looseIDFault: String?

    /// In Zoom's report the status follows the registration time.
    private static func isBesideTimes(_ place: Int, _ sample: ColumnSample) -> Bool {
        place > 0 && sample.isMostly(place - 1, ValueForm.isDate)
    }

    private func name(_ place: Int) -> String { "\"\(header.shownName(place))\"" }

    // MARK: By content

    /// If two columns claim one meaning and only one holds what it should, takes that one.
    private mutating func resolveDoubled() {
        for (column, places) in header.doubled {
            let form: (String) -> Bool
            switch column {
            case .meeting, .webinar: form = ValueForm.isMeetingNumber
            case .occurrence: form = ValueForm.isOccurrenceID
            case .registrant: form = ValueForm.isZoomsID
            case .email: form = ValueForm.hasAtSign
            case .action, .type, .account: continue
            }
            let fitting = places.filter { sample.hasAny($0, form) }
            guard fitting.count == 1, sample.isMostly(fitting[0], form) else { continue }
            header.doubled[column] = nil
            header.places[column] = fitting[0]
            for other in places where other != fitting[0] && !sample.values(other).isEmpty {
                notices.append(
                    SheetNotice(
                        .remark,
                        """
                        \(name(fitting[0])) was read as the \(column.title) and \(name(other)) was not, because that holds \
                        \(sample.examples(other) { !form($0) }).
                        """
                    )
                )
            }
        }
    }

    /// A column called just "id" names registrants if it holds ids of Zoom's form. A decision may rely on it, so it is
    /// never passed over silently.
    private mutating func readLooseID() {
        guard header.places[.registrant] == nil, map[.registrant] == nil, !options.ignoresIDs, header.score > 0 else {
            return
        }
        let taken = Set(header.places.values)
        let found = header.names.indices.filter {
            !taken.contains($0) && HeaderName(header.names[$0]).letters == Header.looseID
        }
        guard let place = found.first else { return }
        if found.count > 1 {
            header.doubled[.registrant] = found
            return
        }
        let isEmpty = sample.values(place).isEmpty
        guard isEmpty || sample.isMostly(place, ValueForm.isZoomsID) else {
            let examples = sample.examples(place) { !ValueForm.isZoomsID($0) }
            looseIDFault = """
                The column \(name(place)) stands for nobody: it could hold the registrants' ids, but holds \(examples), and \
                Zoom's ids are 22 letters and digits. If it is about something else, give it another name, or send by email \
                alone with --ignore-ids.
                """
            return
        }
        header.places[.registrant] = place
        header.wantsZoomsIDs = true
        if !isEmpty {
            notices.append(
                SheetNotice(
                    .remark,
                    "\(name(place)) was read as the registrant's id, because it holds ids as Zoom makes them."
                )
            )
        }
    }

    /// A column called just "Registrant" that holds people's names is not a column of ids.
    private mutating func passOverNames() {
        guard header.doubled[.registrant] == nil, let place = header.places[.registrant], map[.registrant] == nil,
            HeaderName(header.names[place]).letters == "registrant", header.places[.email] != nil, !options.ignoresIDs,
            sample.isMostly(place, ValueForm.isName), !sample.hasAny(place, ValueForm.isZoomsID)
        else { return }
        header.places[.registrant] = nil
        notices.append(
            SheetNotice(
                .warning,
                """
                \(name(place)) holds names such as \(sample.examples(place, where: ValueForm.isName)) and no ids of Zoom's, so it \
                was not read: registrants are named by email alone.
                """
            )
        )
    }

    // MARK: Shared values

    private mutating func takeShared() {
        for (column, text) in options.given.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let rivals: [Column] = column == .meeting || column == .webinar ? [.meeting, .webinar] : [column]
            if let place = rivals.compactMap({ header.places[$0] }).first {
                fault = """
                    --\(column.rawValue) \(text) was given, but the column \(name(place)) says it for each row. Leave out the \
                    option; or remove or rename the column.
                    """
                return
            }
            header.shared[column] = Header.Shared(text: text, row: nil, title: "--\(column.rawValue)")
        }
        guard header.places[.meeting] == nil, header.places[.webinar] == nil else { return }
        let given = header.shared[.meeting] ?? header.shared[.webinar]
        if let given {
            if let other = title.numbers.first(where: { $0.text != given.text }) {
                fault = """
                    \(given.title) \(given.text) was given, but the title above the table names \(other.text) in row \
                    \(other.row). Leave out the option if that is right; or remove the title.
                    """
            }
            return
        }
        guard title.numbers.count <= 1 else {
            let list = title.numbers.map { "\($0.text) in row \($0.row)" }.joined(separator: ", ")
            fault = """
                The table has no column for the meeting's number, and the title above it holds more than one: \(list). Add a \
                column "Meeting ID", or remove the title and give the right number with --meeting.
                """
            return
        }
        guard let number = title.numbers.first else {
            if let problem = title.problem, header.missing.first == [.meeting, .webinar] {
                fault = "The number in the title above the table can't be read: \(problem.reason)"
            }
            return
        }
        header.shared[number.column] = Header.Shared(text: number.text, row: number.row, title: number.name)
        notices.append(
            SheetNotice(
                .remark,
                """
                The table has no column for it, so the number \(number.text) was taken from the title, where it is called \
                "\(number.name.excerpt())" (row \(number.row)). It counts for all rows.
                """
            )
        )
    }

    /// What to say about a report without any decisions.
    private var reportFault: String? {
        guard isReport, let status, header.doubled.isEmpty, header.places[.action] == nil, header.shared[.action] == nil
        else { return nil }
        let number = (header.shared[.meeting] ?? header.shared[.webinar]).map { shared in
            " for \(shared.text)\(shared.row.map { " (from the title, row \($0))" } ?? "")"
        }
        return """
            This is Zoom's registration report\(number ?? ""), and no column of it decides: \(name(status)) holds what Zoom knew \
            when it was exported, and was not taken for a decision. Add a column Decision (or Action), write approve, deny or \
            cancel in the rows that are decided, and leave the others empty. Nothing was taken.
            """
    }

    // MARK: Ambiguities

    /// Ids that most likely belong to another system.
    private mutating func warnOfForeignIDs() {
        guard let place = header.places[.registrant], !header.wantsZoomsIDs else { return }
        let isForeign = { (value: String) in !ValueForm.isZoomsID(value) }
        guard sample.isMostly(place, isForeign), !sample.values(place).isEmpty else { return }
        let alone =
            header.places[.email] == nil
            ? "Export the list from Zoom again, or add the emails."
            : "If they are another system's, send by email alone with --ignore-ids."
        notices.append(
            SheetNotice(
                .doubt,
                """
                The ids in \(name(place)) do not look like Zoom's, which are 22 letters and digits: \
                \(sample.examples(place, where: isForeign)). Zoom finds nobody by another system's ids. \(alone)
                """
            )
        )
    }

    /// Columns that are passed over although they look like decisions.
    private mutating func warnOfUnreadColumns() {
        var taken = Set(header.places.values)
        if let status { taken.insert(status) }
        for place in header.names.indices where !taken.contains(place) && !sample.values(place).isEmpty {
            let letters = HeaderName(header.names[place]).letters
            if header.places[.occurrence] == nil, header.shared[.occurrence] == nil {
                if sample.isMostly(place, ValueForm.isOccurrenceID) {
                    warnOfEvenings(place, holding: "what looks like occurrence ids", .doubt)
                } else if sample.isMostly(place, ValueForm.isDate), let level = doubtAboutDates(place, letters) {
                    warnOfEvenings(place, holding: "dates", level)
                }
            }
            if header.places[.registrant] == nil, !options.ignoresIDs, sample.isMostly(place, ValueForm.isZoomsID) {
                notices.append(
                    SheetNotice(
                        .warning,
                        """
                        \(name(place)) holds what looks like Zoom's registrant ids, and was not read. If they are meant, rename \
                        it to "Registrant ID".
                        """
                    )
                )
            }
            if !letters.contains("status"), letters != ResultsFormat.Column.outcome.rawValue,
                sample.isMostly(place, ValueForm.isDecision)
            {
                notices.append(
                    SheetNotice(
                        .warning,
                        """
                        \(name(place)) holds \(sample.examples(place, where: ValueForm.isDecision)), and was not read: \
                        "\(header.title(of: .action))" decides.
                        """
                    )
                )
            }
        }
    }

    private mutating func warnOfEvenings(_ place: Int, holding what: String, _ level: SheetNotice.Level) {
        notices.append(
            SheetNotice(
                level,
                """
                \(name(place)) holds \(what) (\(sample.examples(place) { _ in true })) and was not read, so each row is about \
                the whole series and not about one evening. If one evening is meant, add a column "Occurrence ID" with its id \
                from Zoom.
                """
            )
        )
    }

    /// Whether dates in a column seem to say which evening of a series a row is about; nil if they do not.
    private func doubtAboutDates(_ place: Int, _ letters: String) -> SheetNotice.Level? {
        if Self.otherTimes.contains(where: letters.contains) { return nil }
        let isNamedSo = Self.eveningNames.contains(where: letters.contains)
        let dates = sample.values(place)
        // Registration and payment dates differ from row to row; evenings are few.
        guard isNamedSo || dates.count >= 4 && Set(dates).count * 2 <= dates.count else { return nil }
        var byMeeting: [String: Set<String>] = [:]
        for (meeting, date) in sample.pairs(header.places[.meeting] ?? header.places[.webinar], place) {
            byMeeting[meeting, default: []].insert(date)
        }
        return byMeeting.values.contains { $0.count > 1 } ? .doubt : .warning
    }

    private static let eveningNames = [
        "session", "evening", "start", "date", "day", "time", "when", "slot", "termin", "sitting", "night",
    ]

    /// Times of something other than the meeting.
    private static let otherTimes = [
        "regist", "order", "creat", "submit", "updat", "modif", "chang", "birth", "dob", "paid", "pay", "join", "leave",
        "approv", "decid", "decision", "appli", "invit", "stamp", "sign", "enter", "export", "deadline", "book",
        "purchas",
        "sent", "received", "seen", "login", "expir", "member", "since",
    ]

    // MARK: Summary

    /// Which columns are read, as what, and which are not.
    var summary: String {
        var read = Column.allCases.compactMap { column -> String? in
            if let place = header.places[column] { return "\(name(place)) as \(column.rawValue)" }
            guard let shared = header.shared[column] else { return nil }
            return shared.row == nil
                ? "\(shared.title) \(shared.text)" : "\(shared.text) as \(column.rawValue), from the title"
        }
        if read.isEmpty { read = ["nothing"] }
        let taken = Set(header.places.values)
        let rest = header.names.indices.filter { !taken.contains($0) && !header.names[$0].isEmpty }
        var passed = rest.prefix(12).map { $0 == status ? "\(name($0)) (Zoom's status, no decision)" : name($0) }
        if let status, !rest.prefix(12).contains(status) {
            passed.append("\(name(status)) (Zoom's status, no decision)")
        }
        if rest.count > 12 { passed.append("\(rest.count - 12) more") }
        let other = passed.isEmpty ? "" : "; not read: \(passed.joined(separator: ", "))"
        return "Columns read: \(read.joined(separator: ", "))\(other)."
    }
}

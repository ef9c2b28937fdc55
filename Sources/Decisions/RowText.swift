import Files
import Spreadsheet

/// What a row's cells say, to be shown to the person who looks for it. Nothing is decided by it.
package struct RowText: Sendable, Hashable {
    /// The name of the person it is about, if the sheet has columns for it.
    package let name: String?
    /// What the meeting is called, if the sheet has a column for it.
    package let topic: String?
    /// The cells of the columns that Usher reads, unless they are empty.
    package var cells: [Column: String]

    /// Who is meant: the name, else the address, else the id; nil if the row has none.
    package var person: String? { name ?? cells[.email] ?? cells[.registrant].map { "id \($0)" } }

    package init(name: String? = nil, topic: String? = nil, cells: [Column: String] = [:]) {
        self.name = name
        self.topic = topic
        self.cells = cells
    }
}

/// Where the cells are that a person knows a row by.
package struct RowTextColumns: Sendable {
    private let delimiter: UInt8
    private let places: [Column: Int]
    /// Of the parts of a name, in the order to say them.
    private let nameParts: [Int]
    /// Of a column that may hold names or ids.
    private let looseName: Int?
    private let topic: Int?

    /// Whether the sheet says what its meetings are called.
    package var hasTopic: Bool { topic != nil }

    init(_ header: Header, delimiter: UInt8) {
        self.delimiter = delimiter
        places = header.places
        let letters = header.names.map { HeaderName($0).letters }
        let taken = Set(header.places.values)
        func place(_ names: Set<String>) -> Int? {
            letters.indices.first { names.contains(letters[$0]) && !taken.contains($0) }
        }
        nameParts =
            place(Self.names).map { [$0] } ?? [place(Self.firstNames), place(Self.lastNames)].compactMap(\.self)
        looseName = letters.firstIndex(of: "registrant")
        topic = place(Self.topics)
    }

    /// Reads the names of a header that a journal kept, without what the user called its columns.
    package init(header record: [UInt8], delimiter: UInt8) {
        let names = RecordCells(record, delimiter: delimiter).cells.map(\.shown)
        self.init(Header(names, map: [:]), delimiter: delimiter)
    }

    /// What a well-formed record says.
    package func text(of record: some Sequence<UInt8>) -> RowText {
        let cells = RecordCells(record, delimiter: delimiter)
        var name = nameParts.map { cells[$0].shown }.filter { !$0.isEmpty }.joined(separator: " ")
        if name.isEmpty, let looseName, ValueForm.isName(cells[looseName].shown) { name = cells[looseName].shown }
        return RowText(
            name: name.isEmpty || name.contains("@") ? nil : name.excerpt(60),
            topic: topic.map { cells[$0].shown.excerpt(60) }?.nilIfEmpty,
            cells: places.compactMapValues { place in
                let shown = cells[place].shown
                return shown.isEmpty ? nil : shown.excerpt(80)
            }
        )
    }

    private static let names: Set<String> = [
        "name", "names", "fullname", "displayname", "participant", "participantname", "attendee", "attendeename",
        "guest",
        "guestname", "registrantname", "person", "nameoriginalname", "usernameoriginalname", "nomecompleto",
        "nombrecompleto",
    ]
    private static let topics: Set<String> = [
        "topic", "meetingtopic", "webinartopic", "meetingname", "webinarname", "meetingtitle", "webinartitle", "event",
        "eventname", "thema", "tema", "sujet",
    ]
    private static let firstNames: Set<String> = [
        "firstname", "first", "givenname", "forename", "vorname", "prénom", "prenom", "nombre", "nome",
    ]
    private static let lastNames: Set<String> = [
        "lastname", "last", "surname", "familyname", "nachname", "nom", "apellido", "apellidos", "sobrenome",
    ]
}

extension String {
    fileprivate var shown: String {
        var text = self
        return text.withUTF8 { Cell($0).visibleText }
    }
}

import Decisions

/// One row of a story's spreadsheet.
struct StoryRow: Sendable, Hashable {
    /// How a row names its person. Each person has one id and one email.
    enum Naming: String, Sendable, Hashable, CaseIterable {
        case id, email, both

        /// Whether both include the same kind of name.
        func shares(_ other: Naming) -> Bool { self == other || self == .both || other == .both }
    }

    /// The content of the action cell.
    enum Word: Sendable, Hashable {
        case action(Action)
        case empty
        case misspelt
    }

    /// Nil if the meeting's number is mangled and the meeting therefore unknown.
    var target: Target?
    var person: Person
    var naming: Naming
    var word: Word

    init(_ word: Word, _ person: Person, by naming: Naming, at target: Target?) {
        self.target = target
        self.person = person
        self.naming = naming
        self.word = word
    }

    /// The id and the email in the row.
    var names: [String] {
        switch naming {
        case .id: [person.ownID]
        case .email: [person.ownEmail]
        case .both: [person.ownID, person.ownEmail]
        }
    }
}

extension StoryRow: CustomStringConvertible {
    var description: String {
        let verb =
            switch word {
            case .action(let action): action.rawValue
            case .empty: "nothing for"
            case .misspelt: "misspelt for"
            }
        return "\(verb) \(person.letter) by \(naming.rawValue) at \(target?.short ?? "a mangled number")"
    }
}

extension Person {
    var ownID: String { "id-\(number)" }
    var ownEmail: String { "guest\(number)@example.org" }
    /// For readers of a story.
    var letter: Character { Character(UnicodeScalar(UInt8(0x41 + number % 26))) }
}

extension Target {
    /// For readers of a story.
    var short: String {
        "\(kind == .meeting ? "m" : "w")\(id.description.suffix(1))\(occurrence == nil ? "" : " (occurrence)")"
    }
}

extension [StoryRow] {
    /// The row as staff would save it.
    var csv: String {
        var text = "Type,Meeting ID,Occurrence,Registrant ID,Email,Action\n"
        for row in self {
            text += "\(row.target?.kind.rawValue ?? "meeting"),\(row.target?.id.description ?? "6.84E+10"),"
            text += "\(row.target?.occurrence?.description ?? ""),"
            text += "\(row.naming == .email ? "" : row.person.ownID),\(row.naming == .id ? "" : row.person.ownEmail),"
            switch row.word {
            case .action(let action): text += action.rawValue
            case .empty: break
            case .misspelt: text += "perhaps"
            }
            text += "\n"
        }
        return text
    }
}

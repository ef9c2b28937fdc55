// swift-format-ignore-file: NeverForceUnwrap
// Because: the numbers are valid.

import Decisions

/// A spreadsheet of a simulation.
struct Sheet: Sendable {
    enum Row: Sendable {
        case decision(Decision)
        /// The same as an earlier row.
        case again(Decision)
        /// No such meeting number.
        case mangled
        /// The action cell is empty.
        case undecided
    }

    struct Decision: Sendable, Hashable {
        let seat: Seat
        let action: Action
    }

    var rows: [Row]

    /// Each decision once.
    var decisions: [Decision] {
        rows.compactMap { if case .decision(let decision) = $0 { decision } else { nil } }
    }

    static func drawn(_ chance: inout Chance) -> Sheet {
        var rows: [Row] = []
        var person = 0
        for number in 0..<chance.int(1...6) {
            let id = MeetingID("8\(1_000_000_000 + number)")!
            let kind: Target.Kind = chance.happens(0.25) ? .webinar : .meeting
            let occurrences = chance.happens(0.15) ? ["1700000000000", "1700600000000"] : [nil]
            let size = chance.pick([1, 4, 12, 12, 40])
            for occurrence in occurrences {
                let target = Target(kind: kind, id: id, occurrence: occurrence.flatMap { OccurrenceID($0) })
                for _ in 0..<size {
                    person += 1
                    let action = chance.happens(0.8) ? Action.approve : chance.pick([.deny, .cancel])
                    let decision = Decision(seat: Seat(target: target, person: Person(number: person)), action: action)
                    rows.append(.decision(decision))
                    if chance.happens(0.05) { rows.append(.again(decision)) }
                    if chance.happens(0.03) { rows.append(chance.pick([.mangled, .undecided])) }
                }
                // Of a series, the same people may be decided about once more.
                if occurrences.count > 1, chance.happens(0.5) { person -= size }
            }
            person += size
        }
        return Sheet(rows: rows)
    }

    /// A later spreadsheet: some of the same people, for some of them something else, and somebody new.
    func followed(_ chance: inout Chance) -> Sheet {
        var later = decisions.filter { _ in chance.happens(0.4) }
        for index in later.indices where chance.happens(0.5) {
            later[index] = Decision(seat: later[index].seat, action: chance.pick(Action.allCases))
        }
        if let seat = decisions.first?.seat {
            later.append(Decision(seat: Seat(target: seat.target, person: Person(number: 9_000)), action: .approve))
        }
        return Sheet(rows: later.map(Row.decision))
    }

    /// As staff would save it.
    var csv: String {
        var text = "Type,Meeting ID,Occurrence,Registrant ID,Email,Action\n"
        for row in rows {
            switch row {
            case .decision(let decision), .again(let decision):
                let target = decision.seat.target
                let person = decision.seat.person
                text += "\(target.kind.rawValue),\(target.id),\(target.occurrence?.description ?? ""),"
                text += "\(person.id ?? ""),\(person.email ?? ""),\(decision.action.rawValue)\n"
            case .mangled: text += "meeting,6.84E+10,,,guest0@example.org,approve\n"
            case .undecided: text += "meeting,81000000000,,,guest0@example.org,\n"
            }
        }
        return text
    }
}

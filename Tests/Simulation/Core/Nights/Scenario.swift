// swift-format-ignore-file: NeverForceUnwrap
// Because: the numbers are valid.

import Decisions
import FoundationEssentials
import Sending
import Zoom
import ZoomModel

/// A world and its events, drawn from a seed.
struct Scenario: Sendable {
    let seed: UInt64
    let start: Date
    let options: DispatchOptions
    let batchSize: Int
    let limits: ZoomRules
    let weather: FaultProfile
    /// The permanent refusal of a meeting as a whole.
    let refusals: [Target: Refusal]
    let strangers: Set<Person>
    /// Whether a refusal of a stranger names them.
    let namesStrangers: Bool
    /// The spreadsheet of the first night.
    let first: Sheet
    /// A later spreadsheet that decides about some of the same people, and the night before which it comes.
    let second: (sheet: Sheet, night: Int)?
    /// At which refusals a night with faults stops; the calm ones don't.
    let failureLimit: FailureLimit?
    /// Nights with faults; the ones after are calm.
    let troubledNights: Int
    /// Registrants whose status was changed in the web portal just before.
    let spentElsewhere: [(seat: Registration, count: Int)]

    init(seed: UInt64) {
        var chance = RandomGenerator(seed: seed)
        self.seed = seed
        let midnight = Date(timeIntervalSince1970: 86_400 * Double(20_000 + chance.int(0...1_000)))
        start = midnight.addingTimeInterval(chance.happens(0.6) ? chance.number(-300...0) : chance.number(0...86_400))
        let plan = chance.pick(Plan.allCases)
        var limits = ZoomRules()
        limits.plan = SandboxPlan(rawValue: plan.rawValue)!
        limits.cancelled = .cancelled
        limits.mostRegistrants = chance.happens(0.1) ? chance.pick([1, 7, 20]) : 30
        limits.perDay = chance.happens(0.25) ? chance.int(15...60) : nil
        let registrantADay = chance.pick([10, 10, 6, 4])
        limits.perRegistrantAndDay = registrantADay
        limits.perWebinarAndDay = chance.happens(0.5) ? chance.pick([10, 5]) : nil
        var options = DispatchOptions(plan)
        options.days.account = chance.happens(0.7) ? limits.perDay : nil
        options.days.registrant = registrantADay
        options.days.webinar = chance.happens(0.5) ? limits.perWebinarAndDay : nil
        options.perMeeting = chance.pick([1, 1, 1, 2, 4])
        options.width = chance.pick([128, 128, 3])
        options.asksEveryone = chance.happens(0.1)
        self.options = options
        limits.window = chance.pick(RateWindow.allCases)
        batchSize = chance.pick([1, 2, 5, 10, 30, 30, 30])
        weather = FaultProfile.drawn(&chance, perSecond: limits.plan.perSecond)
        limits.otherAppRate = weather.others
        limits.appliesInPart = chance.happens(0.3)
        self.limits = limits
        troubledNights = chance.int(1...5)

        let sheet = Sheet.drawn(&chance)
        first = sheet
        second = chance.happens(0.3) ? (sheet.followed(&chance), chance.int(1...troubledNights)) : nil
        let wanted = sheet.decisions + (second?.sheet.decisions ?? [])
        var refusals: [Target: Refusal] = [:]
        for target in Set(wanted.map(\.seat.target.whole)).sorted(by: { $0.id.description < $1.id.description })
        where chance.happens(0.12) {
            refusals[target] = chance.pick([
                .missing, .notHost, .registration, .webinarPlan, .noPermission, .mayNotHost, .over, .expired,
                .disguised, .full, .unheardOf, .unheardOf,
            ])
            // If several are refused this way and nothing else is left, the credentials are blamed, and the run never
            // ends.
            if refusals[target] == .noPermission, refusals.values.count(where: { $0 == .noPermission }) > 1 {
                refusals[target] = .notHost
            }
        }
        self.refusals = refusals
        // From a generator of its own, so that all else of a seed stays as it was.
        var caution = RandomGenerator(seed: ~seed)
        let failureLimits: [FailureLimit] = [.rows(1), .rows(5), .rows(30), .percent(5), .percent(50)]
        failureLimit = caution.happens(0.2) ? caution.pick(failureLimits) : nil
        let badness = chance.pick([0, 0, 0.02, 0.1, 0.6])
        let people = Set(wanted.map(\.seat.person.number)).sorted().map(Person.init(number:))
        strangers = Set(people.filter { _ in chance.happens(badness) })
        namesStrangers = chance.happens(0.3)
        let isBusy = chance.happens(0.2)
        spentElsewhere = sheet.decisions.compactMap { decision in
            isBusy && chance.happens(0.1) ? (decision.seat, chance.int(1...registrantADay)) : nil
        }
    }

    /// The decision about a seat in the last spreadsheet that mentions it.
    var lastWord: [Registration: Action] {
        var actions: [Registration: Action] = [:]
        for decision in first.decisions + (second?.sheet.decisions ?? []) { actions[decision.seat] = decision.action }
        return actions
    }

    /// Whether Zoom would ever accept it. A full webinar refuses only approvals.
    func isPossible(_ decision: Sheet.Decision) -> Bool {
        let refusal = refusals[decision.seat.target.whole]
        let isRefused = refusal != nil && (refusal != .full || decision.action == .approve)
        return !isRefused && !strangers.contains(decision.seat.person)
    }
}

/// A spreadsheet of a simulation.
struct Sheet: Sendable {
    enum Row: Sendable {
        case decision(Decision)
        /// The same as an earlier row.
        case again(Decision)
        /// The meeting number is invalid.
        case mangled
        /// The action cell is empty.
        case undecided
    }

    struct Decision: Sendable, Hashable {
        let seat: Registration
        let action: Action
    }

    var rows: [Row]

    /// The decisions, without repetition.
    var decisions: [Decision] {
        rows.compactMap { if case .decision(let decision) = $0 { decision } else { nil } }
    }

    static func drawn(_ chance: inout RandomGenerator) -> Sheet {
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
                    let decision = Decision(
                        seat: Registration(target: target, person: Person(number: person)),
                        action: action
                    )
                    rows.append(.decision(decision))
                    if chance.happens(0.05) { rows.append(.again(decision)) }
                    if chance.happens(0.03) { rows.append(chance.pick([.mangled, .undecided])) }
                }
                // In a series, the same people may be decided about again.
                if occurrences.count > 1, chance.happens(0.5) { person -= size }
            }
            person += size
        }
        return Sheet(rows: rows)
    }

    /// A later spreadsheet: some of the same people, some with other decisions, and some new ones.
    func followed(_ chance: inout RandomGenerator) -> Sheet {
        var later = decisions.filter { _ in chance.happens(0.4) }
        for index in later.indices where chance.happens(0.5) {
            later[index] = Decision(seat: later[index].seat, action: chance.pick(Action.allCases))
        }
        if let seat = decisions.first?.seat {
            later.append(
                Decision(seat: Registration(target: seat.target, person: Person(number: 9_000)), action: .approve)
            )
        }
        return Sheet(rows: later.map(Row.decision))
    }

    /// The file as staff would save it.
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

import Decisions
import Zoom

/// Tells a target that is refused as a whole from people who are refused one by one, in few requests.
///
/// Once a target's refusals look alike and nothing of it was applied, single registrants are asked alone, whom chance picks
/// from its whole list. The first who is applied ends that: the rest is asked in halves (`Bisection`). When twelve were
/// refused with the same status, code and words, nobody else is asked. So a target of any size that is refused as a whole
/// costs twenty requests at most, and where half of its rows are good, it is given up once in 2^12 = 4,096 times. A webinar
/// takes ten requests a day, of which half are left: there four refusals must do (once in 16).
///
/// Where several actions were decided about a target, they take turns, and each is given up only with singles of its own.
struct Sampling: Sendable {
    /// A refusal without whom it names, so that two can be compared.
    struct Refusal: Sendable, Hashable {
        let status: Int
        let code: Int?
        let words: [String]

        init(_ answer: Answer, about registrants: [Registrant]) {
            status = answer.status
            code = answer.code
            let names = Set(registrants.flatMap { [$0.id, $0.email].compactMap { $0?.lowercased() } })
            words = (answer.message ?? "").lowercased().split { !Self.isOfName($0) }.map { word in
                let word = word.drop { $0 == "." }
                let name = String(word.last == "." ? word.dropLast() : word)
                // A number may be a place in the request, or that of the request itself.
                return names.contains(name)
                    ? "…" : name.contains(where: \.isNumber) ? name.filter { !$0.isNumber } : name
            }
        }

        private static func isOfName(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || "_-+@%.".contains(character)
        }
    }

    /// Singles of one action that must be refused.
    static let standard = 12
    /// Requests that a target may cost that is refused as a whole.
    static let most = 20
    /// Requests under way at once to a meeting of which nothing was applied yet.
    static let firstWidth = 4

    /// Refusals in a row that look alike, after which singles are asked.
    private let trigger: Int
    /// Singles that must be refused; nil as many as the actions need.
    private let size: Int?

    private var latest: Refusal?
    private var alike = 0
    private var refusalsBefore = 0
    /// Singles who were refused alike, by action.
    private(set) var asked: [Action: Int] = [:]
    private var picks = 0
    /// Whether singles are being asked.
    private(set) var isAsking = false
    private var isOver = false

    /// - Parameter left: For a webinar, how many requests it may have until half of its day is spent.
    init(webinarWith left: Int? = nil) {
        // Of a webinar's few requests, none is spent on looking whether halves are refused alike.
        trigger = left == nil ? 2 : 1
        size = left.map { min(Self.standard, max(3, $0)) }
    }

    /// Whether requests should be sent one by one, so that none is sent in vain.
    var isCareful: Bool { !isOver && alike > 0 }

    /// A request was refused for reasons that may be a registrant's.
    ///
    /// - Parameter isPick: Whether it was about one who was picked.
    mutating func refused(_ refusal: Refusal, _ action: Action, isPick: Bool) {
        guard !isOver else { return }
        if !isPick || !isAsking { refusalsBefore += 1 }
        guard !isAsking else {
            // What was under way when the first single was picked says nothing new.
            guard isPick else { return }
            if refusal == latest { asked[action, default: 0] += 1 } else { finish() }
            return
        }
        alike = refusal == latest ? alike + 1 : 1
        latest = refusal
        if alike >= trigger { isAsking = true }
    }

    /// Something was applied, so that the action's refusals are about people.
    mutating func applied(_ action: Action) {
        asked[action] = nil
        guard asked.isEmpty else { return }
        (isAsking, alike, latest) = (false, 0, nil)
    }

    /// The action of which the next single is to be picked.
    ///
    /// - Parameter open: The actions of which somebody is left, and nothing was applied.
    mutating func nextAction(among open: [Action]) -> Action? {
        guard picks < 2 * Self.most else {
            finish()
            return nil
        }
        guard let action = open.min(by: { asked[$0, default: 0] < asked[$1, default: 0] }) else {
            isAsking = false
            return nil
        }
        picks += 1
        return action
    }

    /// The actions that nobody need be asked about any more; none while that is open.
    var givenUp: [Action] {
        guard isAsking, refusedSingles >= needed else { return [] }
        return Action.allCases.filter { asked[$0] != nil }
    }

    /// Singles who were refused alike.
    var refusedSingles: Int { asked.values.reduce(0, +) }

    private var needed: Int {
        size ?? min(max(Self.standard, 6 * asked.count), max(Self.standard, Self.most - refusalsBefore))
    }

    /// Nobody is picked any more in this run.
    mutating func finish() { (isAsking, isOver) = (false, true) }
}

import Decisions
import Zoom

/// Distinguishes a target that is refused as a whole from people who are refused individually, in few requests.
///
/// Once a target's refusals look alike and nothing in it was applied, single registrants, picked at random from its
/// whole list, are sent alone. The first one applied ends that: the rest is sent in halves (`Bisection`). After twelve
/// refusals with the same status, code and words, no more are sent. So a target of any size that is refused as a whole
/// costs at most twenty requests, and a target with half of its rows good is given up once in 2^12 = 4,096 times. A
/// webinar accepts ten requests a day, of which half are left: there four refusals must do (once in 16).
///
/// If a target has several actions, they take turns, and each is given up only after singles of its own.
struct Sampling: Sendable {
    /// A refusal without the names in it, so that two can be compared.
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
                // A number may be a position in the request, or that of the request itself.
                return names.contains(name)
                    ? "…" : name.contains(where: \.isNumber) ? name.filter { !$0.isNumber } : name
            }
        }

        private static func isOfName(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || "_-+@%.".contains(character)
        }
    }

    /// How many singles of one action must be refused.
    static let standard = 12
    /// The most requests for a target that is refused as a whole.
    static let most = 20
    /// The most requests in flight to a meeting of which nothing was applied yet.
    static let firstWidth = 4

    /// Refusals in a row that look alike, after which singles are sent.
    private let trigger: Int
    /// How many singles must be refused; nil for as many as the actions need.
    private let size: Int?

    private var latest: Refusal?
    private var alike = 0
    private var refusalsBefore = 0
    /// How many singles were refused alike, by action.
    private(set) var asked: [Action: Int] = [:]
    private var picks = 0
    /// Whether singles are being sent.
    private(set) var isAsking = false
    private var isOver = false

    /// - Parameter left: For a webinar, how many requests are left until half of its day limit is spent.
    init(webinarWith left: Int? = nil) {
        // A webinar has too few requests to spend one on whether halves are refused alike.
        trigger = left == nil ? 2 : 1
        size = left.map { min(Self.standard, max(3, $0)) }
    }

    /// Whether to send requests one at a time, so that none is wasted.
    var isCareful: Bool { !isOver && alike > 0 }

    /// Records a refusal for a reason that may concern a registrant.
    ///
    /// - Parameter isPick: Whether it was about a picked single.
    mutating func refused(_ refusal: Refusal, _ action: Action, isPick: Bool) {
        guard !isOver else { return }
        if !isPick || !isAsking { refusalsBefore += 1 }
        guard !isAsking else {
            // Requests already in flight when the first single was picked say nothing new.
            guard isPick else { return }
            if refusal == latest { asked[action, default: 0] += 1 } else { finish() }
            return
        }
        alike = refusal == latest ? alike + 1 : 1
        latest = refusal
        if alike >= trigger { isAsking = true }
    }

    /// Records that something was applied, so the action's refusals are about people.
    mutating func applied(_ action: Action) {
        asked[action] = nil
        guard asked.isEmpty else { return }
        (isAsking, alike, latest) = (false, 0, nil)
    }

    /// The action from which to pick the next single.
    ///
    /// - Parameter open: The actions with registrants left and nothing applied.
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

    /// The actions to give up; empty while that is undecided.
    var givenUp: [Action] {
        guard isAsking, refusedSingles >= needed else { return [] }
        return Action.allCases.filter { asked[$0] != nil }
    }

    /// How many singles were refused alike.
    var refusedSingles: Int { asked.values.reduce(0, +) }

    private var needed: Int {
        size ?? min(max(Self.standard, 6 * asked.count), max(Self.standard, Self.most - refusalsBefore))
    }

    /// Stops picking in this run.
    mutating func finish() { (isAsking, isOver) = (false, true) }
}

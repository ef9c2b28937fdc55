package import Decisions
import FoundationEssentials
package import Journal

/// Numbers, amounts and spans of time as people read them.
package enum Phrases {
    /// `1,204`.
    static func number(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var result = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// `1 row`, `1,204 rows`.
    static func amount(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number(count)) \(count == 1 ? one : many ?? one + "s")"
    }

    /// `18.5`, `20`: one decimal if it matters.
    static func rate(_ value: Double) -> String {
        guard value.isFinite else { return "unlimited" }
        let tenths = Int((min(max(value, 0), 1e9) * 10).rounded())
        return value >= 100 || tenths % 10 == 0
            ? String(Int(min(max(value, 0), 1e9).rounded())) : "\(tenths / 10).\(tenths % 10)"
    }

    /// `1 row`, `1204 rows`: for lines whose other numbers are not grouped either, and that may be searched.
    package static func count(_ count: Int, _ one: String) -> String { "\(count) \(count == 1 ? one : one + "s")" }

    /// `40 s`, `3 min 20 s`, `2 h 5 min`, `3 days`.
    static func span(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e9).rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
        if whole < 172_800 { return "\(whole / 3_600) h \(whole % 3_600 / 60) min" }
        return amount(whole / 86_400, "day")
    }

    /// `204`, `400, code 3003`, `no answer (timeout)`.
    static func answer(status: Int?, code: Int?, cause: String?) -> String {
        guard let status else { return "no answer\(cause.map { " (\($0))" } ?? "")" }
        return code.map { "\(status), code \($0)" } ?? String(status)
    }

    /// `one, two and three`.
    static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return "\(parts.dropLast().joined(separator: ", ")) and \(last)"
    }
}

extension Action {
    /// The state that the action leads to.
    var done: String {
        switch self {
        case .approve: "approved"
        case .deny: "denied"
        case .cancel: "cancelled"
        }
    }

    /// Its effect, as the end of a sentence.
    package var meaning: String {
        switch self {
        case .approve: "lets the registrant in"
        case .deny: "turns the registrant away"
        case .cancel: "takes back a registration"
        }
    }

    /// What to know before sending it; nil if the name says it all.
    package var caution: String? {
        self == .cancel
            ? """
            A registrant whom you cancel may be unable to register again with that address: Zoom usually lists a registration \
            that its host cancelled as denied.
            """ : nil
    }
}

extension Outcome {
    /// Its meaning, for staff: the one text for guides, reports and `usher explain`.
    package var meaning: String {
        switch self {
        case .applied: "Zoom has done it"
        case .skipped: "nothing had to be sent; usually it was applied before"
        case .rejected: "the row itself is wrong; it was never sent"
        case .failed: "Zoom refused it"
        case .deferred: "it may be sent after a stated time, for example tomorrow"
        case .pending: "it has yet to be sent"
        }
    }

    /// What to do about it.
    package var advice: String {
        switch self {
        case .applied, .skipped: "nothing"
        case .rejected: "correct the row, run it again"
        case .failed: "read the reason, fix the cause, run it again"
        case .deferred: "run it again after that"
        case .pending: "run it again"
        }
    }
}

extension Counts {
    /// By the outcome's word, including zeros, for programs.
    var byWord: [String: Int] {
        Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0.rawValue, self[$0]) })
    }
}

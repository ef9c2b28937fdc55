import Files
import FoundationEssentials
import Reporting

struct DoctorReport {
    let diagnoses: [Diagnosis]

    /// The most serious status.
    var status: ExitStatus { ExitStatus.worst(of: diagnoses.map(\.status)) }

    /// One line for each check, followed by what to do.
    var text: String {
        let rows = diagnoses.flatMap { diagnosis in
            [[diagnosis.state.rawValue, diagnosis.check, diagnosis.detail.onOneLine]]
                + (diagnosis.advice.map { [["", "", "-> \($0.onOneLine)"]] } ?? [])
        }
        let lines = TextTable(rows, leftAligned: [0, 1, 2], least: [7]).lines
        let problems = diagnoses.count { $0.state == .problem }
        let warnings = diagnoses.count { $0.state == .warning }
        let summary =
            problems + warnings == 0
            ? "All is well."
            : "\(Phrases.count(problems, "problem")), \(Phrases.count(warnings, "warning"))."
        return (lines + ["", summary]).joined(separator: "\n")
    }

    func json() throws -> String {
        struct Line: Encodable {
            let state: String
            let check: String
            let detail: String
            let advice: String?
        }
        struct Report: Encodable {
            let exitCode: Int32
            let checks: [Line]
        }
        let lines = diagnoses.map { diagnosis in
            Line(
                state: diagnosis.state.rawValue,
                check: diagnosis.check,
                detail: diagnosis.detail,
                advice: diagnosis.advice
            )
        }
        return try JSONEncoder.usher(isPretty: true).text(of: Report(exitCode: status.rawValue, checks: lines))
    }
}

/// What one check of `usher doctor` found.
struct Diagnosis: Sendable {
    enum State: String, Sendable {
        case ok
        /// It works, but not for long or not for everything.
        case warning
        /// A run would fail or do something wrong.
        case problem
    }

    let state: State
    /// The subject of the check: "journal", "clock", "profile events: token".
    let check: String
    /// The finding, as a sentence. Holds no secrets.
    let detail: String
    /// What to do; nil if nothing needs to be done.
    let advice: String?
    /// Its effect on the exit code.
    let status: ExitStatus

    static func ok(_ check: String, _ detail: String) -> Diagnosis {
        Diagnosis(state: .ok, check: check, detail: detail, advice: nil, status: .done)
    }

    static func warning(_ check: String, _ detail: String, _ advice: String) -> Diagnosis {
        Diagnosis(state: .warning, check: check, detail: detail, advice: advice, status: .done)
    }

    static func problem(_ check: String, _ detail: String, _ advice: String?, _ status: ExitStatus) -> Diagnosis {
        Diagnosis(state: .problem, check: check, detail: detail, advice: advice, status: status)
    }
}

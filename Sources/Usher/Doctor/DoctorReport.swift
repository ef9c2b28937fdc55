internal import FoundationEssentials
internal import Reporting

/// What `usher doctor` prints.
struct DoctorReport {
    let findings: [Finding]

    /// The gravest of all.
    var status: ExitStatus { ExitStatus.worst(of: findings.map(\.status)) }

    /// One line for each check, and below it what to do.
    var text: String {
        let width = findings.map(\.check.count).max() ?? 0
        var lines: [String] = []
        for finding in findings {
            let state = finding.state.rawValue + String(repeating: " ", count: 7 - finding.state.rawValue.count)
            let check = finding.check + String(repeating: " ", count: width - finding.check.count)
            let detail = finding.detail.split(separator: "\n").joined(separator: " ")
            lines.append("\(state)  \(check)  \(detail)")
            if let advice = finding.advice { lines.append(String(repeating: " ", count: width + 11) + "-> \(advice)") }
        }
        let problems = findings.count { $0.state == .problem }
        let warnings = findings.count { $0.state == .warning }
        let summary =
            problems + warnings == 0
            ? "All is well."
            : "\(problems) \(problems == 1 ? "problem" : "problems"), \(warnings) \(warnings == 1 ? "warning" : "warnings")."
        return (lines + ["", summary]).joined(separator: "\n")
    }

    /// For programs.
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
        let lines = findings.map { finding in
            Line(state: finding.state.rawValue, check: finding.check, detail: finding.detail, advice: finding.advice)
        }
        return try JSONEncoder.usher(isPretty: true).text(of: Report(exitCode: status.rawValue, checks: lines))
    }
}

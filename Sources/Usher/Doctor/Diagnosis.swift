/// What one check of `usher doctor` found.
struct Diagnosis: Sendable {
    enum State: String, Sendable {
        case ok
        /// It works, but not for long or not for everything.
        case warning
        /// A run would not do what it should.
        case problem
    }

    let state: State
    /// What was looked at: "journal", "clock", "profile events: token".
    let check: String
    /// What was found, as a sentence. Holds no secrets.
    let detail: String
    /// What to do; nil where nothing needs to be done.
    let advice: String?
    /// What it means for the exit code.
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

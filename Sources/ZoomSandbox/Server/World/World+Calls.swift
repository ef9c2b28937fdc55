extension World {
    /// What is decided about a call at the moment when it comes in.
    struct Arrival {
        /// The answer, if token or limits already decide it.
        var refusal: SandboxAnswer?
        var fault: Fault?
        var latency: Duration = .zero
    }

    /// Judges token, limits and luck; a call that these refuse meets no fault.
    mutating func arrival(of call: APICall, path: String, at now: Double) -> Arrival {
        if let refusal = tokenRefusal(call.token, needs: call.scopes, at: now) {
            return Arrival(refusal: refusal, latency: options.latency.lowerBound)
        }
        if let refusal = limitRefusal(at: now) { return Arrival(refusal: refusal) }
        // A multipart body has a boundary of its own each time, so what it says is hashed and not its bytes.
        let content = Luck.hash(path.utf8) ^ Luck.hash(call.registrantKeys.joined(separator: "\n").utf8)
        let fate = faults.fate(of: content, isToken: false)
        return Arrival(fault: fate.fault, latency: fate.latency)
    }

    /// Does the call, unless something keeps it from being done.
    mutating func perform(
        _ call: APICall,
        arrival: Arrival,
        at now: Double
    ) -> (answer: SandboxAnswer, applied: [String]) {
        if let refusal = arrival.refusal { return (refusal, []) }
        if let fault = arrival.fault, !fault.applies { return (.updated, []) }
        var result: (answer: SandboxAnswer, applied: [String])
        switch call.form {
        case .success(let form):
            result = update(call.key, occurrence: call.fields["occurrence_id"], form: form, at: now)
        case .failure(let refused):
            result = (refused.answer, [])
        case nil:
            result = (list(call.key, fields: call.fields, at: now), [])
        }
        result.answer.headers += passHeaders(at: now)
        return result
    }
}

extension APICall {
    fileprivate var registrantKeys: [String] {
        guard case .success(let form) = form else { return [] }
        return [form.action] + form.registrants.map(\.key)
    }
}

import ZoomModel

/// The sandbox's whole state: Zoom itself, tokens, and faults on the way. A plain value.
struct World {
    let options: SandboxOptions
    var zoom: ZoomWorld
    var tokens: TokenIssuer
    var faults: FaultPlan
    var stats = SandboxStats()
    private var seq = 0

    init(_ options: SandboxOptions, now: Double) {
        self.options = options
        zoom = ZoomWorld(options.rules, now: now)
        tokens = TokenIssuer(options)
        faults = FaultPlan(rules: options.faults, seed: options.chanceSeed, latency: options.latency)
    }

    /// The number of the next request.
    mutating func nextSeq() -> Int {
        seq += 1
        return seq
    }

    /// What is wrong with the token, if anything.
    private func tokenRefusal(_ token: String?, needs sufficient: [String], at now: Double) -> ZoomAnswer? {
        guard let token, !token.isEmpty else { return .emptyToken }
        guard let scopes = tokens.scopes(of: token, at: now) else { return .invalidToken }
        return sufficient.contains(where: scopes.contains) ? nil : .scopeMissing(sufficient[0])
    }

    /// The headers that Zoom sends with an answer within the limits.
    private func passHeaders(_ label: SandboxLabel, at now: Double) -> [(name: String, value: String)] {
        guard options.limitsRate else { return [] }
        return [
            ("X-RateLimit-Category", label.rawValue),
            ("X-RateLimit-Limit", String(options.plan.perSecond(label))),
            ("X-RateLimit-Remaining", String(zoom.remaining(label, at: now))),
        ]
    }

    private func limitHeaders(
        _ limit: ZoomAnswer.Limit,
        of label: SandboxLabel,
        now: Double
    ) -> [(name: String, value: String)] {
        var headers = [
            ("X-RateLimit-Category", label.rawValue), ("X-RateLimit-Type", limit.type),
            ("X-RateLimit-Limit", String(limit.most)), ("X-RateLimit-Remaining", "0"),
        ]
        switch options.retryAfterForm {
        case .seconds: headers.append(("Retry-After", String(Int((limit.end - now).rounded(.up)))))
        // Dates name whole seconds; rounded up, so that obeying to the letter is enough.
        case .date: headers.append(("Retry-After", UTCText.http(limit.end.rounded(.up))))
        case .iso: headers.append(("Retry-After", UTCText.iso(limit.end.rounded(.up))))
        case .none: break
        }
        return headers
    }
}

extension World {
    /// What is decided about a call when it arrives.
    struct Arrival {
        /// The answer, if the token or limits already decide it.
        var refusal: SandboxAnswer?
        var fault: Fault?
        var latency: Duration = .zero
    }

    /// Applies token, limits and faults; a call refused by the first two meets no fault.
    mutating func arrival(of call: APICall, path: String, at now: Double) -> Arrival {
        if let refusal = tokenRefusal(call.token, needs: call.scopes, at: now) {
            return Arrival(refusal: SandboxAnswer(refusal), latency: options.latency.lowerBound)
        }
        if let answer = zoom.limitRefusal(call.label, at: now) {
            var refusal = SandboxAnswer(answer)
            if let limit = answer.limit { refusal.headers = limitHeaders(limit, of: call.label, now: now) }
            return Arrival(refusal: refusal)
        }
        // A multipart body has a different boundary each time, so its content is hashed and not its bytes.
        let content = RandomDraw.hash(path.utf8) ^ RandomDraw.hash(call.registrantKeys.joined(separator: "\n").utf8)
        let fate = faults.fate(of: content, isToken: false)
        return Arrival(fault: fate.fault, latency: fate.latency)
    }

    /// Performs the call, unless something prevents it.
    mutating func perform(
        _ call: APICall,
        arrival: Arrival,
        at now: Double
    ) -> (answer: SandboxAnswer, applied: [String]) {
        if let refusal = arrival.refusal { return (refusal, []) }
        if let fault = arrival.fault, !fault.applies { return (SandboxAnswer(status: 204), []) }
        var result: (answer: SandboxAnswer, applied: [String])
        switch call.form {
        case .success(let form):
            let (answer, applied) = zoom.update(
                call.key,
                occurrence: call.fields["occurrence_id"],
                action: form.action,
                registrants: form.registrants,
                at: now
            )
            result = (SandboxAnswer(answer), applied)
        case .failure(let refused):
            result = (SandboxAnswer(refused.answer), [])
        case nil:
            do throws(ZoomAnswer) {
                if call.asksDetails {
                    var meeting = try zoom.details(call.key)
                    for place in meeting.occurrences?.indices ?? 0..<0 {
                        let id = meeting.occurrences?[place].occurrence_id
                        meeting.occurrences?[place].start_time = id.flatMap(Double.init).map { UTCText.iso($0 / 1_000) }
                    }
                    result = (SandboxAnswer(status: 200, json: meeting), [])
                } else if call.asksHost {
                    let page = try zoom.meetings(
                        of: call.key.id,
                        call.key.kind,
                        fields: call.fields,
                        at: now,
                        time: UTCText.iso(now)
                    )
                    result = (SandboxAnswer(status: 200, json: page), [])
                } else if let id = call.registrant {
                    let occurrence = call.fields["occurrence_id"]
                    let person = try zoom.registrant(id, in: call.key, occurrence: occurrence)
                    result = (SandboxAnswer(status: 200, json: person), [])
                } else {
                    let page = try zoom.list(call.key, fields: call.fields, at: now)
                    result = (SandboxAnswer(status: 200, json: page), [])
                }
            } catch {
                result = (SandboxAnswer(error), [])
            }
        }
        result.answer.headers += passHeaders(call.label, at: now)
        return result
    }
}

extension APICall {
    fileprivate var registrantKeys: [String] {
        guard case .success(let form) = form else { return [] }
        return [form.action] + form.registrants.map(\.key)
    }
}

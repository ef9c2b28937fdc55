/// Everything the sandbox knows, as a plain value: what it answers depends on it and on the moment alone.
struct World {
    let options: SandboxOptions
    var meetings: [MeetingKey: SandboxMeeting] = [:]
    var tokens: TokenDesk
    var faults: FaultPlan
    var stats = SandboxStats()
    private var rate: RateCounter
    private var day = DayCount()
    private var seq = 0

    /// Meetings and webinars may share a number.
    struct MeetingKey: Hashable {
        let kind: SandboxKind
        let id: String
    }

    init(_ options: SandboxOptions, now: Double) {
        self.options = options
        tokens = TokenDesk(options)
        faults = FaultPlan(rules: options.faults, seed: options.chanceSeed, latency: options.latency)
        rate = RateCounter(limit: options.plan.perSecond, window: options.window, others: options.otherAppRate)
        day.add(options.seed.requestsToday ?? 0, at: now)
        for (kind, list) in [(SandboxKind.meeting, options.seed.meetings), (.webinar, options.seed.webinars)] {
            for seed in list ?? [] {
                meetings[MeetingKey(kind: kind, id: seed.id)] = SandboxMeeting(
                    seed,
                    kind: kind,
                    isOpen: options.isOpen,
                    now: now
                )
            }
        }
    }

    /// The number of the next request.
    mutating func nextSeq() -> Int {
        seq += 1
        return seq
    }

    /// What is wrong with the token, if anything.
    func tokenRefusal(_ token: String?, needs sufficient: [String], at now: Double) -> SandboxAnswer? {
        guard let token, !token.isEmpty else { return .emptyToken }
        guard let scopes = tokens.scopes(of: token, at: now) else { return .invalidToken }
        return sufficient.contains(where: scopes.contains) ? nil : .scopeMissing(sufficient[0])
    }

    /// The account's limits: nil if the request may pass, which is then counted.
    mutating func limitRefusal(at now: Double) -> SandboxAnswer? {
        let perDay = options.perDay ?? options.plan.perDay
        if let perDay, day.value(at: now) >= perDay {
            var answer = SandboxAnswer.perDay
            answer.headers = limitHeaders("Daily-limit", limit: perDay, until: Self.nextDay(after: now), now: now)
            return answer
        }
        if options.limitsRate, !rate.admits(at: now) {
            var answer = SandboxAnswer.perSecond
            answer.headers = limitHeaders("QPS", limit: options.plan.perSecond, until: now + 1, now: now)
            return answer
        }
        day.add(at: now)
        return nil
    }

    /// The headers that Zoom sends with an answer that passed the limits.
    func passHeaders(at now: Double) -> [(name: String, value: String)] {
        guard options.limitsRate else { return [] }
        return [
            ("X-RateLimit-Category", "Medium"),
            ("X-RateLimit-Limit", String(options.plan.perSecond)),
            ("X-RateLimit-Remaining", String(rate.remaining(at: now))),
        ]
    }

    private func limitHeaders(
        _ type: String,
        limit: Int,
        until: Double,
        now: Double
    ) -> [(name: String, value: String)] {
        var headers = [
            ("X-RateLimit-Category", "Medium"), ("X-RateLimit-Type", type), ("X-RateLimit-Limit", String(limit)),
            ("X-RateLimit-Remaining", "0"),
        ]
        switch options.retryAfterForm {
        case .seconds: headers.append(("Retry-After", String(Int((until - now).rounded(.up)))))
        // Dates name whole seconds; the next one, so that obeying to the letter is enough.
        case .date: headers.append(("Retry-After", UTCText(until.rounded(.up)).http))
        case .iso: headers.append(("Retry-After", UTCText(until.rounded(.up)).iso))
        case .none: break
        }
        return headers
    }

    private static func nextDay(after now: Double) -> Double {
        ((now / 86_400).rounded(.down) + 1) * 86_400
    }
}

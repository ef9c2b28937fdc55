import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization
import ZoomModel

/// Answers requests: judges them under a short lock, waits without it, writes the audit line before the answer leaves.
final class SandboxResponder: Sendable {
    let world: Mutex<World>
    let clock: SandboxClock
    private let options: SandboxOptions
    private let audit: AuditFile?

    init(_ options: SandboxOptions, clock: SandboxClock) throws(SandboxError) {
        self.options = options
        self.clock = clock
        if let path = options.auditPath { audit = try AuditFile(path: path) } else { audit = nil }
        world = Mutex(World(options, now: clock.now().timeIntervalSince1970))
    }

    /// Answers one request on its connection.
    func respond(to request: SandboxRequest, on channel: any Channel) async throws {
        let body = request.body
        let path = String(request.path)
        let route = Route(method: request.head.method.rawValue, path: path)
        let query = request.query
        let now = now
        var line = AuditLine()
        line.time = UTCText.iso(now, milliseconds: true)
        line.method = request.head.method.rawValue
        line.path = query.isEmpty ? path : "\(path)?\(query)"
        let wire = ResponseTransport(channel: channel, clock: clock, drip: options.dripInterval, now: now)
        switch route {
        case .stats:
            let json = world.withLock { $0.stats.json }
            try await wire.send(SandboxAnswer(status: 200, json: json))
        case .faults:
            try await wire.send(setFaults(body))
        case .token:
            let fields = URLFields.read(query).merging(URLFields.read(String(decoding: body, as: UTF8.self))) { $1 }
            let form = TokenForm(fields: fields, authorization: request.header("Authorization"))
            try await give(form, line: line, wire: wire)
        case .update(let kind, let id), .list(let kind, let id), .registrant(let kind, let id, _),
            .details(let kind, let id), .host(let kind, let id):
            var call = APICall(
                key: MeetingKey(kind: kind, id: id),
                fields: URLFields.read(query),
                token: request.header("Authorization").flatMap {
                    $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil
                },
                form: request.head.method == .PUT ? form(body, type: request.header("Content-Type")) : nil
            )
            if case .registrant(_, _, let registrant) = route { call.registrant = registrant }
            if case .details = route { call.asksDetails = true }
            if case .host = route { call.asksHost = true }
            line.contentType = request.header("Content-Type").map { String($0.prefix { $0 != ";" }) }
            try await answer(call, at: now, line: line, wire: wire)
        case .wrongMethod, .unknown:
            let answer = SandboxAnswer(
                route == .unknown
                    ? ZoomAnswer(status: 404, message: "Not found.")
                    : ZoomAnswer(status: 405, message: "Method not allowed.")
            )
            line.seq = world.withLock { $0.nextSeq() }
            line.status = answer.status
            line.token = Self.fingerprint(request.header("Authorization"))
            try audit?.append(line.bytes)
            try await wire.send(answer)
        }
    }

    private var now: Double { clock.now().timeIntervalSince1970 }

    private func answer(
        _ call: APICall,
        at arrived: Double,
        line: AuditLine,
        wire: ResponseTransport
    ) async throws {
        var line = line
        call.describe(in: &line)
        line.token = Self.fingerprint(call.token)
        let arrival = world.withLock { world in
            line.seq = world.nextSeq()
            world.stats.begin(call.key, call.label, at: arrived)
            return world.arrival(of: call, path: line.path, at: arrived)
        }
        if arrival.latency > .zero { try await clock.sleep(arrival.latency) }

        var result = world.withLock { $0.perform(call, arrival: arrival, at: now) }
        line.fault = arrival.fault?.description
        line.applied = result.applied
        if case .status(let status, _) = arrival.fault { result.answer = .fault(status) }
        line.status = arrival.fault.map(\.status) ?? result.answer.status
        line.code = line.status == result.answer.status ? result.answer.code : nil
        result.answer.headers.append(("x-zm-trackingid", "SANDBOX_\(line.seq)"))
        world.withLock {
            $0.stats.end(
                call.key,
                status: line.status,
                applied: result.applied.count,
                fault: arrival.fault,
                latency: arrival.latency
            )
        }
        try audit?.append(line.bytes)
        try await wire.send(result.answer, fault: arrival.fault)
    }

    private func give(
        _ form: TokenForm,
        line: AuditLine,
        wire: ResponseTransport
    ) async throws {
        var line = line
        let (fate, seq) = world.withLock { world in
            (world.faults.fate(of: 0, isToken: true), world.nextSeq())
        }
        if fate.latency > .zero { try await clock.sleep(fate.latency) }
        var answer = SandboxAnswer(status: 204)
        if fate.fault.map(\.applies) ?? true {
            answer = world.withLock { world in
                let answer = world.tokens.give(form, at: now)
                world.stats.tokens = world.tokens.count
                return answer
            }
        }
        if case .status(let status, _) = fate.fault { answer = .fault(status) }
        line.seq = seq
        line.status = fate.fault.map(\.status) ?? answer.status
        line.fault = fate.fault?.description
        try audit?.append(line.bytes)
        try await wire.send(answer, fault: fate.fault)
    }

    private func setFaults(_ body: [UInt8]) -> SandboxAnswer {
        guard let texts = try? JSONDecoder().decode([String].self, from: Data(body)) else {
            return SandboxAnswer(.invalid("body", "Expected an array like [\"503:0.05\"]."))
        }
        let rules = texts.compactMap(FaultRule.init)
        guard rules.count == texts.count else { return SandboxAnswer(.invalid("body", "Unknown fault.")) }
        world.withLock { $0.faults.rules = rules }
        return SandboxAnswer(status: 204)
    }

    private func form(_ body: [UInt8], type: String?) -> Result<StatusForm, StatusForm.Refused> {
        Result { () throws(StatusForm.Refused) in try StatusForm(body, contentType: type) }
    }

    private static func fingerprint(_ token: String?) -> String? {
        token.map { String(RandomDraw.hash($0.utf8) & 0xFFFF_FFFF, radix: 16) }
    }
}

import AsyncHTTPClient
import Foundation
import NIOCore
import ZoomModel

/// A running `zoom-sandbox`.
struct Sandbox: Sendable {
    /// A bearer token that every sandbox takes.
    static let token = "sandbox-token"
    /// The variables of the app that every sandbox knows.
    static let credentials = [
        "ZOOM_ACCOUNT_ID": "sandbox-account", "ZOOM_CLIENT_ID": "sandbox-client",
        "ZOOM_CLIENT_SECRET": "sandbox-secret",
    ]
    /// Those instead of the token that `usher(…, to:)` sets.
    static var credentialsOnly: [String: String?] {
        var variables: [String: String?] = ["ZOOM_ACCESS_TOKEN": nil]
        for (name, value) in credentials { variables[name] = value }
        return variables
    }

    /// `http://127.0.0.1:PORT`
    let address: String
    /// Every request, and what it did.
    let audit: Audit
    /// The program.
    let child: Child

    var baseURL: String { "\(address)/v2" }
    var tokenURL: String { "\(address)/oauth/token" }

    /// Replaces the faults, for example with `["503:0.5"]`.
    func setFaults(_ faults: [String]) async throws {
        var request = HTTPClientRequest(url: "\(address)/sandbox/faults")
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(faults)))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        guard response.status == .noContent else {
            throw CocoaError(.coderInvalidValue, userInfo: [NSDebugDescriptionErrorKey: "\(response.status)"])
        }
    }

    /// What the sandbox counted.
    struct Stats: Decodable {
        let requests: Int
        let applied: Int
        let tokens: Int
        let faults: Int
        let peakPerSecond: Int
        let peakPerMeeting: Int
    }

    /// What it has counted so far.
    func stats() async throws -> Stats {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: "\(address)/sandbox/stats"),
            timeout: .seconds(30)
        )
        let body = try await response.body.collect(upTo: 1 << 20)
        return try JSONDecoder().decode(Stats.self, from: Data(body.readableBytesView))
    }
}

extension Workplace {
    /// Starts a sandbox on a free port and waits until it listens.
    ///
    /// - Parameters:
    ///   - arguments: As on the command line; `--open` makes up whoever is asked for.
    ///   - seed: The meetings, webinars and registrants that there are.
    ///   - audit: The name of the audit file. The same name again continues it, as a second day of the same account.
    func startSandbox(_ arguments: String..., seed: Seed? = nil, audit: String = "audit.jsonl") async throws -> Sandbox
    {
        try await startSandbox(arguments, seed: seed, audit: audit)
    }

    /// The same with a list of arguments.
    func startSandbox(_ arguments: [String], seed: Seed? = nil, audit: String = "audit.jsonl") async throws -> Sandbox {
        var arguments = arguments + ["--audit", audit]
        if let seed {
            let name = "seed-\(UUID().uuidString).json"
            try JSONEncoder().encode(seed).write(to: url(name))
            arguments += ["--seed", name]
        }
        let child = try start(Products.sandbox, arguments)
        let greeting = "listening on "
        try await eventually("the sandbox's address") {
            guard child.isRunning else { throw TookTooLong(what: "the sandbox ended: \(child.errors)", limit: .zero) }
            return child.output.hasPrefix(greeting) && child.output.contains("\n")
        }
        let line = child.output.prefix { !$0.isNewline }
        return Sandbox(address: String(line.dropFirst(greeting.count)), audit: Audit(file: url(audit)), child: child)
    }
}

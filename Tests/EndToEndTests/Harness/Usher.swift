import Foundation

/// A run of `usher` that has ended, and what it said.
struct Finished: Sendable {
    let ending: Child.Ending
    let output: String
    let errors: String

    /// The exit code; nil if a signal ended it.
    var code: Int32? {
        guard case .exited(let code) = ending else { return nil }
        return code
    }
}

extension Workplace {
    /// Runs `usher` to its end.
    ///
    /// - Parameters:
    ///   - arguments: As on the command line. Without `--journal` the journal is `journal`.
    ///   - sandbox: Where to send to, with a token that is good there.
    ///   - environment: Variables to set besides, or with nil to unset.
    ///   - input: Standard input; without it there is none.
    func usher(
        _ arguments: String...,
        to sandbox: Sandbox? = nil,
        environment: [String: String?] = [:],
        input: String? = nil,
        within limit: Duration = .seconds(180)
    ) async throws -> Finished {
        let child = try startUsher(arguments, to: sandbox, environment: environment, input: input)
        return try await child.finished(within: limit)
    }

    /// Runs a line in a shell.
    func shell(_ line: String, environment: [String: String?] = [:]) async throws -> Finished {
        try await start(URL(filePath: "/bin/sh"), ["-c", line], environment: environment).finished()
    }

    /// Starts `usher`, for tests that meddle with it while it runs.
    ///
    /// - Parameter isOrdinaryUser: Whether permissions hold for it even where the tests run as root.
    func startUsher(
        _ arguments: [String],
        to sandbox: Sandbox? = nil,
        environment: [String: String?] = [:],
        input: String? = nil,
        isOrdinaryUser: Bool = false
    ) throws -> Child {
        var variables: [String: String?] = [:]
        var arguments = arguments
        if let sandbox {
            variables["ZOOM_ACCESS_TOKEN"] = Sandbox.token
            arguments += ["--base-url", sandbox.baseURL, "--oauth-url", sandbox.tokenURL]
        }
        variables.merge(environment) { $1 }
        guard isOrdinaryUser, geteuid() == 0 else {
            return try start(Products.usher, arguments, environment: variables, input: input)
        }
        // Root without the right to pass over permissions.
        let dropped = ["--bounding-set=-dac_override,-dac_read_search", Products.usher.path] + arguments
        return try start(URL(filePath: "/usr/bin/setpriv"), dropped, environment: variables, input: input)
    }
}

extension Child {
    /// Waits for the end, and takes up what was said.
    func finished(within limit: Duration = .seconds(180)) async throws -> Finished {
        let ending = try await end(within: limit)
        return Finished(ending: ending, output: output, errors: errors)
    }
}

import ArgumentParser
import Files
import ZoomSandbox

/// `zoom-sandbox`: serves Zoom's endpoints on 127.0.0.1 until stopped.
@main
struct ZoomSandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zoom-sandbox",
        abstract: "Imitates Zoom's registrant endpoints on 127.0.0.1, for trying out and testing Usher.",
        discussion: """
            The first line of the output is "listening on http://127.0.0.1:PORT". Give Usher that address with /v2 behind \
            it as --base-url, and with /oauth/token behind it as --oauth-url. The token sandbox-token is always good; so \
            are account sandbox-account, client sandbox-client and secret sandbox-secret.

            Faults are KIND:CHANCE (0 to 1) or KIND:every=N. The kinds: a status such as 503, which does nothing, or \
            503-after, which does it first; cut-before and cut-after; reset; hang; redirect; html; not-json; empty; \
            cut-body; huge-body; slow-head; slow-body; endless-body; header-flood; gzip-bomb. With token- before it, a \
            status or a cut strikes the token endpoint.
            """
    )

    @OptionGroup(title: "What there is") var world: WorldArguments
    @OptionGroup(title: "Limits") var limits: LimitArguments
    @OptionGroup(title: "Trouble") var trouble: TroubleArguments
    @OptionGroup(title: "Credentials") var credentials: CredentialArguments

    @Option(help: "The port; 0 takes a free one.") var port = 0
    @Option(help: "Append each request and what it did to this file, one line of JSON each.") var audit: String?

    func run() async throws {
        var options = SandboxOptions()
        options.port = port
        options.auditPath = audit
        try world.apply(to: &options)
        limits.apply(to: &options)
        trouble.apply(to: &options)
        credentials.apply(to: &options)
        try await SandboxServer.run(options, clock: .system(offset: Double(trouble.clockOffset))) { server in
            StandardOutput.send("listening on \(server.url)\n")
            // Until a signal ends the process: the audit file is always complete.
            while true { try await Task.sleep(for: .seconds(86_400)) }
        }
    }
}

/// Unbuffered standard output: the caller waits for its first line.
enum StandardOutput {
    static func send(_ text: String) {
        // Without a reader, the sandbox still does its work.
        try? FileDescriptor(1).write(Array(text.utf8))
    }
}

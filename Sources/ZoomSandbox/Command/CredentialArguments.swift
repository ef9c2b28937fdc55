import ArgumentParser
import ZoomSandbox

/// Who may ask. These are the sandbox's own, so they are no secrets.
struct CredentialArguments: ParsableArguments {
    @Option(help: ArgumentHelp("A bearer token that is always good. Repeatable.", valueName: "token"))
    var token: [String] = []

    @Option(help: ArgumentHelp("How long a token is good, in seconds.", valueName: "s"))
    var tokenLife = 3_600

    @Flag(help: "A new token makes the older ones bad.")
    var oneToken = false

    @Option(help: ArgumentHelp("The only scopes that the app has, separated by commas.", valueName: "scopes"))
    var scopes: String?

    func apply(to options: inout SandboxOptions) {
        options.tokens.formUnion(token)
        options.tokenLife = tokenLife
        options.keepsOneToken = oneToken
        if let scopes { options.app.scopes = Set(scopes.split(separator: ",").map(String.init)) }
    }
}

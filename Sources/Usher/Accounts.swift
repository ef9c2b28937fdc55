import FoundationEssentials
import Sending
import Settings
import Zoom

/// The Zoom accounts to send to: those of the profiles, and the unnamed one whose credentials are in the `ZOOM_…`
/// variables.
struct Accounts {
    /// An account that is ready for sending.
    struct Ready {
        let name: String?
        let client: HTTPZoomClient
        let options: DispatchOptions

        /// The same for a run.
        var forRun: RunAccount { RunAccount(name: name, client: client, lister: client, options: options) }
    }

    private let settings: Settings
    private let secrets: SecretStore
    /// The options for each name.
    private var plans: [String?: (options: DispatchOptions, client: HTTPZoomClient.Configuration)] = [:]

    /// Checks everything that needs no secret.
    ///
    /// - Throws: `UsherError` naming the flag, variable or line that is wrong.
    init(
        _ settings: Settings,
        asksEveryone: Bool = false,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.settings = settings
        secrets = SecretStore(environment: environment)
        plans[nil] = (try settings.dispatchOptions(asksEveryone), try settings.client())
        for profile in settings.profiles {
            let own = settings.of(profile)
            plans[profile.name] = (
                try own.dispatchOptions(asksEveryone, profile: profile.name), try own.client()
            )
        }
    }

    /// Requests a second that may be sent, if there is only one account; nil without a limit.
    var allowedRate: Double? {
        guard plans.count == 1, case .perSecond(let rate) = plans.values.first?.options.pace else { return nil }
        return rate
    }

    /// The accounts with these names that have credentials, and the faults of the others.
    func ready(_ names: Set<String?>) -> (accounts: [Ready], faults: [UsherError]) {
        var accounts: [Ready] = []
        var faults: [UsherError] = []
        var owners: [String: String?] = [:]
        for name in names.sorted(by: { $0 ?? "" < $1 ?? "" }) {
            do {
                guard let plan = plans[name] else {
                    throw UsherError.configuration(settings.unknownProfile(name ?? ""))
                }
                let credentials = try credentials(of: name)
                if case .serverToServer(let account, _, _) = credentials {
                    if let twin = owners[account] { throw UsherError.configuration(Self.twinSentence(twin, name)) }
                    owners.updateValue(name, forKey: account)
                }
                let client = HTTPZoomClient(plan.client, credentials: credentials)
                accounts.append(Ready(name: name, client: client, options: plan.options))
            } catch let error as UsherError {
                faults.append(error)
            } catch {
                faults.append(.configuration("\(error)\nNothing was sent for this account."))
            }
        }
        return (accounts, faults)
    }

    /// A sentence for each pair of profiles for the same Zoom account.
    func twins() -> [String] {
        var owners: [String: String] = [:]
        return settings.profiles.compactMap { profile in
            guard case .serverToServer(let account, _, _)? = try? credentials(of: profile.name) else { return nil }
            guard let twin = owners.updateValue(profile.name, forKey: account) else { return nil }
            return Self.twinSentence(twin, profile.name)
        }
    }

    private static func twinSentence(_ one: String?, _ other: String?) -> String {
        func title(_ name: String?) -> String { name.map { "the profile \"\($0)\"" } ?? "the ZOOM_… variables" }
        return """
            \(title(other)) and \(title(one)) are for the same Zoom account, which would be asked twice as fast as it allows. Use \
            one of them for all rows.
            """
    }

    /// - Throws: `UsherError` or `ConfigurationError`.
    func credentials(of name: String?) throws -> Credentials {
        guard let name else { return try CredentialSource.fromEnvironment(profiles: settings.profiles.map(\.name)) }
        guard let profile = settings.profile(named: name) else {
            throw UsherError.configuration(settings.unknownProfile(name))
        }
        return try secrets.credentials(of: profile)
    }

    /// The addresses of an account's API and tokens.
    func configuration(of name: String?) -> HTTPZoomClient.Configuration? { plans[name]?.client }
}

/// The way to Zoom.
extension Settings {
    /// The proxy and the authorities that are set, or else the proxy that the environment names as it does for other
    /// programs.
    ///
    /// - Throws: `UsherError` naming the setting or variable.
    func network(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Network {
        func variable(_ names: String...) -> (name: String, text: String)? {
            names.lazy.compactMap { name in environment[name].flatMap { $0.isEmpty ? nil : (name, $0) } }.first
        }
        var network = Network()
        let chosen = value(.proxy).map { ($0.origin.description, $0.text) } ?? variable("HTTPS_PROXY", "https_proxy")
        if let (place, text) = chosen, text != HTTPProxy.none {
            do {
                let proxy = try HTTPProxy(text, except: variable("NO_PROXY", "no_proxy")?.text)
                if proxy.hasUser, case .flag = value(.proxy)?.origin {
                    throw UsherError.usage(
                        "--proxy: Others on this machine can read a command line. Set the variable HTTPS_PROXY instead."
                    )
                }
                network.proxy = proxy
            } catch let error as HTTPProxyError {
                throw UsherError.configuration("\(place): \(error) Nothing was sent.")
            }
        }
        if let file = value(.caFile) {
            if let fault = Network.fault(inRoots: file.text) {
                throw UsherError.configuration("\(file.origin): ca_file: \(file.text) \(fault) Nothing was sent.")
            }
            network.trustedRoots = [file.text]
        }
        return network
    }
}

/// The settings of one account.
extension Settings {
    /// Where to send, and how.
    fileprivate func client() throws -> HTTPZoomClient.Configuration {
        HTTPZoomClient.Configuration(
            version: Version.current,
            baseURL: try address(.baseURL, \.api),
            tokenURL: try address(.oauthURL, \.tokens),
            encoding: choice(.encoding),
            limits: HTTPZoomClient.Limits(answerTime: .seconds(number(.timeout))),
            network: try network()
        )
    }

    private var cloud: Cloud? { text(.cloud).flatMap(Cloud.init(rawValue:)) }

    /// The address that was set, or else the cloud's own.
    private func address(_ setting: Setting, _ own: KeyPath<Cloud, BaseURL>) throws -> BaseURL {
        guard let text = text(setting) else { return (cloud ?? .zoom)[keyPath: own] }
        let url: BaseURL
        do { url = try BaseURL(text) } catch { throw UsherError.usage("--\(setting.flag) \(text): \(error)") }
        if let cloud, let other = Cloud.allCases.first(where: { $0.holds(url) }), other != cloud {
            throw UsherError.configuration(
                """
                The cloud is \(cloud.rawValue), but \(setting.flag) is \(url), which is in \(other.rawValue). Remove one of the \
                two. Nothing was sent.
                """
            )
        }
        return url
    }

    /// How to send batches.
    ///
    /// - Parameter profile: The profile that the settings belong to.
    fileprivate func dispatchOptions(_ asksEveryone: Bool, profile: String? = nil) throws -> DispatchOptions {
        let plan: Plan = choice(.plan)
        var options = DispatchOptions(plan)
        options.perMeeting = number(.perMeeting)
        options.asksEveryone = asksEveryone
        options.failureLimit = text(.stopAfterFailures).flatMap(FailureLimit.init)
        guard let rate = text(.rate).flatMap(Pace.init) else { return options }
        guard try address(.baseURL, \.api).isLoopback || rate <= Pace(plan) else { throw tooFast(rate, plan, profile) }
        options.pace = rate
        return options
    }

    private func tooFast(_ rate: Pace, _ plan: Plan, _ profile: String?) -> UsherError {
        let owner = profile.map { " of the profile \"\($0)\"" } ?? ""
        let advice = rate == .unlimited ? "Only a server on this machine may be asked so. Write a number" : "Lower it"
        let reason = """
            \(rate) is more than the plan "\(plan.rawValue)"\(owner) allows (\(Pace(plan)) a second). \(advice)
            """
        switch value(.rate)?.origin {
        case nil, .flag, .standard: return .usage("--rate \(reason), or name your account's plan with --plan.")
        case let origin?: return .configuration("\(origin): rate: \(reason), or name the account's plan.")
        }
    }
}

/// Finds the credentials of the unnamed account where secrets may be: in the environment, or in the files that systemd
/// provides. Never on the command line, where others can read them.
enum CredentialSource {
    /// The prefix of the files for the unnamed account: `zoom.client_secret`.
    static let fileName = "zoom"

    /// The credentials in the environment, or else those in `$CREDENTIALS_DIRECTORY/zoom.…`.
    ///
    /// - Parameter profiles: The profiles that could be chosen instead.
    /// - Throws: `UsherError` naming the variables that are missing, or `ConfigurationError` about the variables or files.
    static func fromEnvironment(profiles: [String] = []) throws -> Credentials {
        let store = SecretStore(environment: ProcessInfo.processInfo.environment)
        if let token = try store.variable("ZOOM_ACCESS_TOKEN") { return .token(Secret(token)) }
        let names = ["ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET"]
        let values = try names.map(store.variable)
        guard let account = values[0], let client = values[1], let secret = values[2] else {
            if values.allSatisfy({ $0 == nil }), let directory = store.systemdDirectory,
                store.hasSystemdFiles(for: fileName)
            {
                return try store.credentials(in: directory, name: fileName)
            }
            let missing = names.indices.filter { values[$0] == nil }.map { names[$0] }
            let list =
                missing.count == names.count
                ? "\(names.joined(separator: ", ")) (or ZOOM_ACCESS_TOKEN)" : missing.joined(separator: " and ")
            throw UsherError.configuration(
                """
                No credentials for Zoom: set \(list) in the environment. The values come from your account's Server-to-Server \
                OAuth app in the Zoom App Marketplace.\(profiles.isEmpty ? "" : " Or choose a profile with --profile: \(profiles.joined(separator: ", ")).") \
                Nothing was sent.
                """
            )
        }
        return .serverToServer(accountID: account, clientID: client, clientSecret: Secret(secret))
    }
}

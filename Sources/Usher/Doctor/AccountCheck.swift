import Decisions
import FoundationEssentials
import Settings
import Zoom

/// One account: its credentials, the connection to Zoom, the clocks, the token and its scopes.
struct AccountCheck {
    let name: String?
    let accounts: Accounts
    /// What this machine's settings need beyond meetings.
    let needed: Set<Scopes.Use>

    /// In seconds: clock differences that are worth a warning, and those that make daily limits count wrongly.
    private static let tolerable = 30.0
    private static let grave = 300.0

    /// - Parameter offline: Whether to avoid the network.
    func diagnoses(offline: Bool) async -> [Diagnosis] {
        let credentials: Credentials
        do {
            credentials = try accounts.credentials(of: name)
        } catch let error as UsherError {
            return [.problem(check("credentials"), error.description, nil, error.status)]
        } catch {
            return [.problem(check("credentials"), "\(error)", nil, .configuration)]
        }
        let found = Diagnosis.ok(check("credentials"), "Found: \(credentials).")
        guard !offline, var configuration = accounts.configuration(of: name) else { return [found] }
        configuration.limits.answerTime = .seconds(20)
        let client = HTTPZoomClient(configuration, credentials: credentials)
        var diagnoses = [found]
        let (reach, date, middle) = await reach(client)
        diagnoses.append(reach)
        if reach.state != .problem {
            diagnoses.append(clock(date, here: middle, host: configuration.baseURL.host))
            diagnoses += await token(client, credentials)
        }
        await client.shutdown()
        return diagnoses
    }

    private func check(_ what: String) -> String { name.map { "profile \($0): \(what)" } ?? what }

    // MARK: Reaching Zoom

    private func reach(_ client: HTTPZoomClient) async -> (Diagnosis, date: Date?, middle: Date) {
        let start = Date()
        let reply = await client.probe()
        let middle = Date(timeIntervalSince1970: (start.timeIntervalSince1970 + Date().timeIntervalSince1970) / 2)
        let url = client.configuration.baseURL
        switch reply {
        case .answer(let answer):
            guard url.hasPath else {
                let warning = Diagnosis.warning(
                    check("server"),
                    "\(url) answers, but Zoom's API is under the path /v2, which the address lacks.",
                    "Give the whole address: --base-url \(url)/v2"
                )
                return (warning, answer.date, middle)
            }
            let trust = url.isSecure ? "; its certificate is trusted" : " (plain http, on this machine)"
            let proxy = client.configuration.network.proxy.flatMap {
                $0.covers(url.description, host: url.host) ? $0 : nil
            }
            let way = proxy.map { " by way of the proxy \($0)" } ?? ""
            return (.ok(check("server"), "\(url) answers\(way)\(trust)."), answer.date, middle)
        case .noAnswer(let failure):
            let advice =
                failure.cause == .tls
                ? "Install the ca-certificates package. Where your company's proxy exchanges certificates, name its authority: ca_file."
                : "Look at the network, the firewall, the proxy (HTTPS_PROXY) and the address (--base-url); then try again."
            return (.problem(check("server"), failure.detail, advice, .unreachable), nil, middle)
        }
    }

    private func clock(_ date: Date?, here: Date, host: String) -> Diagnosis {
        guard let date else {
            return .warning(
                check("clock"),
                "\(host) does not say what time it has.",
                "Look whether this machine's clock is right."
            )
        }
        let seconds = here.timeIntervalSince(date)
        let text =
            "This machine's clock is \(Int(seconds.magnitude.rounded())) s \(seconds < 0 ? "behind" : "ahead of") \(host)'s."
        // A Date header holds whole seconds.
        guard seconds.magnitude > Self.tolerable + 1 else { return .ok(check("clock"), "It agrees with \(host)'s.") }
        let advice = "Let it be set by the network: timedatectl set-ntp true"
        guard seconds.magnitude > Self.grave else { return .warning(check("clock"), text, advice) }
        return .problem(
            check("clock"),
            "\(text) Daily limits would be counted to the wrong day, and tokens taken for good that are not.",
            advice,
            .configuration
        )
    }

    // MARK: The token

    private func token(_ client: HTTPZoomClient, _ credentials: Credentials) async -> [Diagnosis] {
        if case .token = credentials { return [await givenToken(client)] }
        do {
            let token = try await client.token()
            var diagnoses = [Diagnosis.ok(check("token"), "\(client.configuration.tokenURL.host) gives one.")]
            if let scopes = token.scopes {
                diagnoses += scopeDiagnoses(Scopes(granted: scopes))
            } else {
                diagnoses.append(
                    .warning(
                        check("scopes"),
                        "Zoom does not say which scopes the token has.",
                        "Look at the app's scopes in the App Marketplace."
                    )
                )
            }
            return diagnoses
        } catch {
            switch error.cause {
            case .credentialsRefused:
                return [
                    .problem(
                        check("token"),
                        error.detail,
                        "Compare account id, client id and client secret with the app in the Zoom App Marketplace, and look whether it is activated.",
                        .refused
                    )
                ]
            default:
                return [
                    .problem(
                        check("token"),
                        error.detail,
                        "Look at the network and the address (--oauth-url).",
                        .unreachable
                    )
                ]
            }
        }
    }

    /// A token from elsewhere does not show its scopes. It is tried on a list, which changes nothing.
    private func givenToken(_ client: HTTPZoomClient) async -> Diagnosis {
        guard let meeting = MeetingID("1") else { preconditionFailure("1 is a meeting's number") }
        let query = RegistrantQuery(target: Target(id: meeting), status: .pending, pageSize: 1)
        guard case .refused(let reply) = await client.list(query) else {
            return .ok(check("token"), "Zoom takes it.")
        }
        switch reply {
        case .noAnswer(let failure):
            return .problem(check("token"), failure.detail, "Look at the network, and try again.", .unreachable)
        case .answer(let answer) where answer.status == 401:
            return .problem(
                check("token"),
                "Zoom refuses it (HTTP 401\(answer.code.map { ", code \($0)" } ?? "")).",
                "It has expired, or is wrong. Use a Server-to-Server OAuth app, whose tokens Usher renews.",
                .refused
            )
        case .answer(let answer) where [200, 4_700, 4_711].contains(answer.code ?? 0):
            return .warning(
                check("token"),
                "Zoom knows it, but it may not read who is registered (code \(answer.code ?? 0)), so its other scopes can't be told.",
                "Look at the app's scopes in the App Marketplace."
            )
        case .answer:
            return .ok(check("token"), "Zoom takes it. Which scopes it has can't be told.")
        }
    }

    private func scopeDiagnoses(_ scopes: Scopes) -> [Diagnosis] {
        let missing = Scopes.Use.allCases.filter { !scopes.allow($0) }
        guard !missing.isEmpty else {
            return [.ok(check("scopes"), "They suffice for meetings, webinars and their lists.")]
        }
        return missing.map { use in
            let wanted = use.sufficient[0]
            let detail = "\(wanted) is missing: \(use.loss)."
            let advice = "Add it to the app in the Zoom App Marketplace."
            guard use == .meetings || needed.contains(use) else {
                return .warning(check("scopes"), detail, advice)
            }
            return .problem(check("scopes"), detail, advice, .refused)
        }
    }
}

extension BaseURL {
    /// Whether there is a path after the host.
    fileprivate var hasPath: Bool { description.drop { $0 != ":" }.dropFirst(3).contains("/") }
}

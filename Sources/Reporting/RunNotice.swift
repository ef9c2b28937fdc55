import FoundationEssentials
package import Journal
package import Zoom

/// What a webhook receives at the end of a run: numbers, and no personal data. File names are left out, because people
/// put names of people into them.
package struct RunNotice: Sendable {
    private let run: RunRecord
    private let jobs: [JobSummary]
    private let lists: Lists?
    private let status: ExitStatus
    private let reasons: [String]
    private let version: String

    /// The lists that a run has left to decide.
    package struct Lists: Sendable, Hashable {
        /// Those in which somebody waits for a decision.
        package var lists = 0
        /// How many wait in them.
        package var registrations = 0
        /// Those that stayed as they were, since Zoom could not be asked or refused.
        package var notRenewed = 0
        /// Whether any has changed.
        package var isNews = false

        package init() {}
    }

    /// Prepares a notice.
    ///
    /// - Parameters:
    ///   - run: The finished run.
    ///   - jobs: The jobs that it worked on.
    ///   - lists: What it left to decide; nil if it renewed no lists.
    ///   - status: The exit status.
    ///   - reasons: Why it sent less than it could, in numbers.
    ///   - version: Usher's version.
    package init(
        _ run: RunRecord,
        jobs: [JobSummary],
        lists: Lists? = nil,
        status: ExitStatus,
        reasons: [String] = [],
        version: String
    ) {
        self.reasons = reasons
        self.run = run
        self.jobs = jobs
        self.lists = lists
        self.status = status
        self.version = version
    }

    /// Whether anything happened: a night with nothing new is silent.
    package var isNews: Bool {
        // Lists cost requests every night.
        lists?.isNews ?? (run.requests > 0) || !jobs.isEmpty || ![ExitStatus.done, .workRemains].contains(status)
    }

    private struct Job: Encodable {
        let job: Int64
        let rows: Int
        let decisions: [String: Int]
    }

    private struct ToDecide: Encodable {
        let lists: Int
        let registrations: Int
        let notRenewed: Int
    }

    private struct Body: Encodable {
        /// Chat programs show this field.
        let text: String
        let usher: String
        let exitCode: Int32
        let startedAt: String
        let endedAt: String?
        let durationSeconds: Double?
        let requests: Int
        let rateLimited: Int
        let decisions: [String: Int]
        let jobs: [Job]
        let toDecide: ToDecide?
    }

    /// The JSON.
    ///
    /// - Throws: Never in practice: all values can be encoded.
    package func json() throws -> [UInt8] {
        let counts = jobs.reduce(Counts()) { $0 + $1.counts }
        let body = Body(
            text: (["Usher: \(counts).\(waiting) Exit code \(status.rawValue)\(meaning(of: counts))"] + reasons)
                .joined(separator: " "),
            usher: version,
            exitCode: status.rawValue,
            startedAt: UTCTime(run.startedAt).description,
            endedAt: run.endedAt.map { UTCTime($0).description },
            durationSeconds: run.seconds,
            requests: run.requests,
            rateLimited: run.refusals,
            decisions: counts.byWord,
            jobs: jobs.prefix(100).map {
                Job(job: $0.id.rawValue, rows: $0.counts.rows, decisions: $0.counts.byWord)
            },
            toDecide: lists.map {
                ToDecide(lists: $0.lists, registrations: $0.registrations, notRenewed: $0.notRenewed)
            }
        )
        return Array(try JSONEncoder.usher().encode(body))
    }

    private var waiting: String {
        guard let lists else { return "" }
        var text = lists.registrations > 0 ? " \(Phrases.count(lists.registrations, "registration")) to decide." : ""
        if lists.notRenewed > 0 {
            text +=
                " \(Phrases.count(lists.notRenewed, "list")) to decide could not be renewed: the run's log says why."
        }
        return text
    }

    /// What the exit code says, unless it speaks of rows and only lists were refused.
    private func meaning(of counts: Counts) -> String {
        let isAboutLists = status == .someRefused && counts.needingPerson == 0 && lists?.notRenewed ?? 0 > 0
        return isAboutLists ? "." : ": \(status.meaning)"
    }
}

/// Where a notice may be posted: https, or plain http on this machine. Unlike a `BaseURL` it may have a query, since
/// services put their keys there; so it is as secret as they are, and no error or log repeats it.
package struct WebhookURL: Sendable, Hashable {
    let text: String
    /// The host alone, safe for messages.
    package let host: String

    /// Reads an address as a person typed it.
    package init(_ text: String) throws(BaseURLError) {
        let question = text.firstIndex(of: "?") ?? text.endIndex
        let base: BaseURL
        do {
            base = try BaseURL(String(text[..<question]))
        } catch {
            throw Self.withoutKeys(error)
        }
        let query = text[question...]
        guard query.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x22 }) else {
            throw .strangeCharacter(in: "?…")
        }
        guard !query.contains("#") else { throw .fragment }
        // A trailing slash may matter to the server; `BaseURL` drops it.
        let slash = text[..<question].hasSuffix("/") ? "/" : ""
        self.text = base.description + slash + query
        host = base.host
    }

    /// Services put keys into the path too.
    private static func withoutKeys(_ error: BaseURLError) -> BaseURLError {
        switch error {
        case .noScheme(let text): .noScheme(text.firstIndex(of: "/").map { "\(text[..<$0])/…" } ?? text)
        case .strangeCharacter: .strangeCharacter(in: "…")
        default: error
        }
    }
}

/// Posts JSON to a webhook: a few tries, each with a time limit, without any credentials.
package struct WebhookPoster: Sendable {
    private let version: String
    private let network: Network
    private let answerTime: Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Pauses before the second and the third try.
    static let pauses: [Duration] = [.seconds(1), .seconds(4)]

    /// Makes a poster.
    ///
    /// - Parameters:
    ///   - version: Usher's version, for the `User-Agent`.
    ///   - network: The way there.
    ///   - answerTime: How long one try may take.
    ///   - sleep: Waits between tries.
    package init(
        version: String,
        network: Network = Network(),
        answerTime: Duration = .seconds(10),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.version = version
        self.network = network
        self.answerTime = answerTime
        self.sleep = sleep
    }

    /// Posts until it is accepted, permanently refused, or has been tried three times.
    ///
    /// - Returns: Why it was not accepted, in a sentence without the address; nil if it was.
    package func post(_ json: [UInt8], to url: WebhookURL) async -> String? {
        let client = Transport(version: version, network: network, answerTime: answerTime)
        let reason = await post(json, to: url, with: client)
        await client.shutdown()
        return reason
    }

    private func post(_ json: [UInt8], to url: WebhookURL, with client: Transport) async -> String? {
        var reason: String?
        for pause in [nil] + Self.pauses.map(Optional.some) {
            if let pause, (try? await sleep(pause)) == nil { break }
            switch await client.post(json, to: url.text, of: url.host) {
            case .success(200...299): return nil
            case .success(let status):
                reason = "\(url.host) answered with HTTP \(status)."
                // A refusal is final, except for temporary trouble.
                guard status == 408 || status == 429 || status >= 500 else { return reason }
            case .failure(let failure): reason = failure.detail
            }
        }
        return reason
    }
}

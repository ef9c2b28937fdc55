import FoundationEssentials
import Journal
import Logging
import Reporting
import Zoom

/// Records a run in the journal from its start to its exit code, and sends the requested notices.
struct RunRecorder {
    let metricsFile: String?
    let webhook: WebhookURL?
    /// The way to the webhook.
    let network: Network
    let isQuiet: Bool
    /// Whether the commands that it recommends must name the journal.
    let namesJournal: Bool
    /// The lists to decide that the run has renewed.
    let lists = ListTally()

    /// Performs a run and what follows it. Later failures do not affect the run.
    ///
    /// - Parameters:
    ///   - journal: The journal that the run writes to.
    ///   - allowedRate: Requests a second that the run may send; nil unless a single account has a limit.
    ///   - logger: Logs signals.
    ///   - body: The run. It reports its progress, and checks whether to stop.
    /// - Returns: The exit status.
    /// - Throws: What `body` throws, or `JournalError` if the start can't be recorded.
    func callAsFunction(
        _ journal: Journal,
        allowedRate: Double?,
        logger: Logger,
        _ body: (RunStop) async throws -> ExitStatus
    ) async throws -> ExitStatus {
        Signals.ignoreClosedPipes()
        let start = try await journal.beginRun(allowedRate: allowedRate, at: Date())
        let stop = RunStop(.reading)
        return try await withSignals(
            stop,
            logger: logger,
            parting: """
                Stopped at once: results files were not written. Nothing is lost; run the same command again to go on.
                """,
            note: { try? await journal.endRun(start, exitCode: ExitStatus.workRemains.rawValue, at: Date()) }
        ) {
            do {
                let status = try await body(stop)
                await end(start, of: journal, status, stop)
                return status
            } catch {
                await end(start, of: journal, ExitStatus(error) ?? .storage, stop)
                throw error
            }
        }
    }

    private func end(_ start: RunStart, of journal: Journal, _ status: ExitStatus, _ stop: RunStop) async {
        stop.enter(.ended(status))
        // Where a person said no, everything stays as it was, the list of runs included.
        guard await !journal.dropDraft() else { return }
        do {
            try await journal.endRun(start, exitCode: status.rawValue, at: Date())
            let reader = try JournalReader(path: journal.path)
            // A failure to write metrics does not prevent the notice.
            do { try writeMetrics(reader) } catch { Output.complain(of: error) }
            try await notify(start, reader, status, stop.told)
        } catch let error as JournalError where status == .storage {
            // The run has already reported it.
            _ = error
        } catch {
            Output.complain(of: error)
        }
        guard !isQuiet, status != .done else { return }
        let code = status.rawValue
        let report = "usher report\(namesJournal ? " --journal \(Self.quoted(journal.path))" : "")"
        Output.say("Exit code \(code). What that means: usher explain \(code). What happened: \(report)")
    }

    /// A path quoted as one word for a shell.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain ? path : "'\(path.replacing("'", with: #"'\''"#))'"
    }

    private func writeMetrics(_ reader: JournalReader) throws {
        guard let metricsFile else { return }
        let metrics = try MetricsText(reader, version: Version.current, at: Date())
        // Prometheus' collector runs as another user; the metrics contain no personal data.
        try ReportFile.write(metrics.text, to: metricsFile, isPublic: true)
    }

    private func notify(
        _ start: RunStart,
        _ reader: JournalReader,
        _ status: ExitStatus,
        _ reasons: [String]
    ) async throws {
        guard let webhook, let run = try reader.lastRun() else { return }
        let notice = RunNotice(
            run,
            jobs: try reader.jobs(touchedSince: start.startedAt),
            lists: lists.total,
            status: status,
            reasons: reasons,
            version: Version.current
        )
        guard notice.isNews else { return }
        let poster = WebhookPoster(version: Version.current, network: network)
        if let reason = await poster.post(try notice.json(), to: webhook) {
            Output.complain("The summary could not be posted (--notify): \(reason) The run itself is not affected.")
        }
    }
}

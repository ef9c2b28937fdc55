package import FoundationEssentials
package import Journal

/// A journal's content and its last run, in Prometheus' text format: for node_exporter's textfile collector.
///
/// All are gauges: a file written once a night is a snapshot, and counters that pruning the journal resets would
/// mislead.
package struct MetricsText: Sendable {
    package let text: String

    /// Takes the figures of a journal.
    ///
    /// - Throws: `JournalError`.
    package init(_ reader: JournalReader, version: String, at now: Date) throws {
        let jobs = try reader.jobs()
        let counts = jobs.reduce(Counts()) { $0 + $1.counts }
        var metrics = Lines()
        metrics.add("usher_info", "The version of Usher that wrote this.", [("version", version, 1)])
        metrics.add(
            "usher_decisions",
            "Rows in the journal by outcome.",
            Outcome.allCases.map { ("outcome", $0.rawValue, Double(counts[$0])) }
        )
        metrics.add("usher_jobs_open", "Spreadsheets with rows to be sent.", Double(jobs.count { $0.counts.open > 0 }))
        let oldest = jobs.filter { $0.counts[.deferred] > 0 }.map(\.createdAt).min()
        metrics.add(
            "usher_oldest_deferred_age_seconds",
            "Since when the oldest spreadsheet with deferred rows is known; 0 without such rows.",
            oldest.map { max(0, now.timeIntervalSince($0)) } ?? 0
        )
        if let finished = try reader.lastFinishedRun() {
            metrics.add(
                "usher_last_success_timestamp_seconds",
                "When a run last sent all that could be sent (exit code 0 or 1), in seconds since 1970.",
                finished.timeIntervalSince1970
            )
        }
        if let run = try reader.lastRun() { try Self.add(run, reader, to: &metrics) }
        text = metrics.text
    }

    private static func add(_ run: RunRecord, _ reader: JournalReader, to metrics: inout Lines) throws {
        metrics.add(
            "usher_last_run_start_timestamp_seconds",
            "When the last run began.",
            run.startedAt.timeIntervalSince1970
        )
        if let ended = run.endedAt {
            metrics.add("usher_last_run_end_timestamp_seconds", "When the last run ended.", ended.timeIntervalSince1970)
        }
        if let code = run.exitCode {
            metrics.add("usher_last_run_exit_code", "How the last run ended; see usher exit-codes.", Double(code))
        }
        let answers = try reader.answers(in: RequestScope(since: run.startedAt, until: run.endedAt))
        var byStatus: [String: Int] = [:]
        for answer in answers { byStatus[answer.status.map(String.init) ?? "none", default: 0] += answer.count }
        metrics.add(
            "usher_last_run_requests",
            "Requests of the last run by HTTP status; none stands for no answer.",
            byStatus.sorted { $0.key < $1.key }.map { ("status", $0.key, Double($0.value)) }
        )
        metrics.add(
            "usher_last_run_rate_limited_requests",
            "Requests of the last run that Zoom refused as too many (429).",
            Double(run.refusals)
        )
        if let seconds = run.seconds {
            metrics.add("usher_last_run_duration_seconds", "How long the last run took.", seconds)
            metrics.add(
                "usher_last_run_requests_per_second",
                "Requests of the last run, spread over the time it took.",
                seconds > 0 ? Double(run.requests) / seconds : 0
            )
        }
    }

    private struct Lines {
        private(set) var text = ""

        mutating func add(_ name: String, _ help: String, _ value: Double) {
            head(name, help)
            text += "\(name) \(Self.number(value))\n"
        }

        mutating func add(_ name: String, _ help: String, _ samples: [(label: String, value: String, Double)]) {
            guard !samples.isEmpty else { return }
            head(name, help)
            for (label, value, number) in samples {
                let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
                    "\n",
                    with: "\\n"
                )
                text += "\(name){\(label)=\"\(escaped)\"} \(Self.number(number))\n"
            }
        }

        private mutating func head(_ name: String, _ help: String) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
        }

        private static func number(_ value: Double) -> String {
            // Thousandths are enough, and all that the journal stores.
            let rounded = (value * 1_000).rounded() / 1_000
            return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int64(rounded)) : String(rounded)
        }
    }
}

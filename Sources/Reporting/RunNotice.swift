import FoundationEssentials
package import Journal

/// What a webhook is told at the end of a run: numbers, and nothing about a person. Names of files are left out, because
/// people put names of people into them.
package struct RunNotice: Sendable {
    private let run: RunRecord
    private let jobs: [JobSummary]
    private let exitCode: Int32
    private let meaning: String
    private let version: String

    /// Prepares a notice.
    ///
    /// - Parameters:
    ///   - run: The run, when it has ended.
    ///   - jobs: The jobs that it worked on.
    ///   - exitCode: How it ends.
    ///   - meaning: What that means, in a sentence.
    ///   - version: Usher's.
    package init(_ run: RunRecord, jobs: [JobSummary], exitCode: Int32, meaning: String, version: String) {
        self.run = run
        self.jobs = jobs
        self.exitCode = exitCode
        self.meaning = meaning
        self.version = version
    }

    private struct Job: Encodable {
        let job: Int64
        let rows: Int
        let decisions: [String: Int]
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
    }

    /// The JSON.
    ///
    /// - Throws: Never in practice: all values can be encoded.
    package func json() throws -> [UInt8] {
        let counts = jobs.reduce(Counts()) { $0 + $1.counts }
        let body = Body(
            text: "Usher: \(counts). Exit code \(exitCode): \(meaning)",
            usher: version,
            exitCode: exitCode,
            startedAt: UTCTime(run.startedAt).description,
            endedAt: run.endedAt.map { UTCTime($0).description },
            durationSeconds: run.seconds,
            requests: run.requests,
            rateLimited: run.refusals,
            decisions: counts.byWord,
            jobs: jobs.prefix(100).map {
                Job(job: $0.id.rawValue, rows: $0.counts.rows, decisions: $0.counts.byWord)
            }
        )
        return Array(try JSONEncoder.usher().encode(body))
    }
}

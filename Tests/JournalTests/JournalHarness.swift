// swift-format-ignore-file: NeverForceUnwrap
// Because: the texts are valid.

import Decisions
import Foundation
import Spreadsheet
import Testing

@testable import Journal

/// A journal in a directory of its own, with a few short words to fill it.
final class JournalHarness {
    let directory: URL
    let path: String
    private(set) var journal: Journal
    let now = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "usher-journal-\(UUID().uuidString)")
        path = directory.appending(path: "journal.db").path
        journal = try Journal(path: path)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    static let meeting = Target(id: MeetingID("68423085123")!)
    static let other = Target(id: MeetingID("68423085124")!)

    /// Journals approvals of so many registrants of one meeting.
    func addJob(
        _ count: Int,
        target: Target = JournalHarness.meeting,
        action: Action = .approve,
        batchSize: Int = 30,
        copies: Int = 0
    ) async throws -> JobID {
        try await journal.addTestJob(
            name: "list.csv",
            rows: count,
            target: target,
            action: action,
            batchSize: batchSize,
            copies: copies,
            at: now
        )
    }

    /// Copies the files as they are now, which is what a killed process leaves behind; returns the journal's path.
    func copy(to name: String) throws -> String {
        let copy = directory.appending(path: name)
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: path + suffix,
                toPath: copy.appending(path: "journal.db").path + suffix
            )
        }
        return copy.appending(path: "journal.db").path
    }

    func reader() throws -> JournalReader { try JournalReader(path: path) }

    func counts(_ job: JobID) throws -> Counts { try reader().job(job).counts }

    func results(_ job: JobID) throws -> [(Outcome, String?, Int)] {
        let reader = try reader()
        var rows: [(Outcome, String?, Int)] = []
        try reader.forEachRow(of: try reader.job(job)) { rows.append(($0.outcome, $0.reason, $0.attempts)) }
        return rows
    }

    func attempt(_ status: Int? = 204, code: Int? = nil) -> Attempt {
        Attempt(startedAt: now, duration: .milliseconds(80), status: status, code: code)
    }
}

extension DecisionID: ExpressibleByIntegerLiteral {
    public init(integerLiteral number: Int64) { self.init(rawValue: number) }
}

extension Journal {
    /// Returns when no `Journal` of this process holds a file any more: an actor may outlive its last use by a moment.
    static func closes(_ path: String) async throws {
        for _ in 0..<5_000 {
            do {
                _ = try JournalLock(besideJournal: path)
                return
            } catch .locked {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        Issue.record("\(path) is still open")
    }

    func addTestJob(
        name: String,
        rows: Int,
        target: Target,
        action: Action,
        batchSize: Int,
        copies: Int,
        at date: Date,
        digest: [UInt8] = Array(UUID().uuidString.utf8)
    ) throws -> JobID {
        let new = NewJob(
            digest: digest,
            reading: "",
            name: name,
            path: nil,
            delimiter: 0x2C,
            header: Array("meeting,email,action".utf8),
            headerFields: 3,
            notices: []
        )
        return try addJob(new, at: date, batchSize: batchSize) { writer in
            let number = try targets.makeID(of: target)
            for row in 1...rows {
                let email = Array("guest\(row)@example.org".utf8)
                let record = Array("\(target.id),guest\(row)@example.org,\(action.rawValue)".utf8)
                try record.withUnsafeBytes { record in
                    try email.withUnsafeBufferPointer { email in
                        try writer.add(
                            SourceRow(
                                record: record,
                                fields: 3,
                                place: RowPlace(row: row + 1, line: row + 1),
                                email: email
                            ),
                            index: 0,
                            target: number,
                            action: action
                        )
                    }
                }
            }
            return 3
        }.job
    }
}

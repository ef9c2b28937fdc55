import Foundation

/// The sandbox's own record of every request and what it did: the oracle of these tests, for `usher` has no part in it.
struct Audit: Sendable {
    let file: URL

    /// One request.
    struct Request: Sendable, Decodable {
        struct Registrant: Sendable, Decodable, Hashable {
            let id: String?
            let email: String?
        }

        let seq: Int
        let time: String
        let method: String
        let path: String
        let kind: String?
        let target: String?
        let occurrence: String?
        let action: String?
        let registrants: [Registrant]
        let status: Int?
        let code: Int?
        /// The ids, or without one the emails, of those whose status this request set.
        let applied: [String]
        let fault: String?
        /// Tells tokens apart.
        let token: String?

        /// What it asked for, registrant by registrant.
        var asked: [Deed] { registrants.map { deed($0.id ?? $0.email ?? "") } }

        /// What it did, registrant by registrant.
        var done: [Deed] { applied.map(deed) }

        private func deed(_ registrant: String) -> Deed {
            Deed(
                kind: kind ?? "",
                target: target ?? "",
                occurrence: occurrence,
                action: action ?? "",
                registrant: registrant
            )
        }
    }

    /// All requests so far, token requests among them, in the order in which they ended.
    func requests() throws -> [Request] {
        let decoder = JSONDecoder()
        // A line without its end is still being written.
        return try whole().split(separator: 0x0A).map { try decoder.decode(Request.self, from: $0) }
    }

    /// Status updates so far.
    func updates() throws -> [Request] { try requests().filter { $0.method == "PUT" } }

    /// How many requests there were so far.
    var count: Int {
        get throws { try whole().count { $0 == 0x0A } }
    }

    /// Returns as soon as there have been so many requests.
    ///
    /// - Parameter run: Who is to send them; when it ends before, there is nothing to wait for.
    func reaches(_ wanted: Int, by run: Child? = nil, within limit: Duration = .seconds(120)) async throws {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var count = 0
        try await eventually("\(wanted) requests in \(file.lastPathComponent)", within: limit) {
            // Only what is new is read, so that looking often costs little.
            let isOver = run.map { !$0.isRunning } ?? false
            if let more = try handle.readToEnd() { count += more.count { $0 == 0x0A } }
            guard count < wanted, isOver, let run else { return count >= wanted }
            throw TookTooLong(
                what: "\(wanted) requests; \(run.command) ended after \(count): \(run.errors)",
                limit: limit
            )
        }
    }

    private func whole() throws -> Data {
        guard FileManager.default.fileExists(atPath: file.path) else { return Data() }
        let data = try Data(contentsOf: file)
        return data.prefix((data.lastIndex(of: 0x0A) ?? -1) + 1)
    }
}

/// What is done to one registrant: what a row wishes, and what a request asks for.
struct Deed: Sendable, Hashable, CustomStringConvertible {
    var kind = "meeting"
    var target: String
    var occurrence: String?
    var action: String
    /// The id, or without one the email.
    var registrant: String

    var description: String { "\(action) \(registrant) in \(kind) \(target)\(occurrence.map { " on \($0)" } ?? "")" }
}

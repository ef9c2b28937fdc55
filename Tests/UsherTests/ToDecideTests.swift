import Foundation
import Testing
import ZoomModel
import ZoomSandbox

@Suite("Lists that a night leaves to decide")
struct ToDecideTests {
    let place = TestDirectory()
    private static let meeting = "84512093377"
    private static let webinar = "91234567890"

    init() throws {
        try FileManager.default.createDirectory(atPath: place.path("inbox"), withIntermediateDirectories: true)
        try configure("meetings: 845 1209 3377", "webinars: 912 3456 7890")
    }

    private func configure(_ lines: String..., name: String = "spring") throws {
        let indented = lines.map { "    \($0)\n" }.joined()
        try place.write("c.yaml", "inbox: \(place.path("inbox"))\nsettle: 0\nlists:\n  \(name):\n\(indented)")
    }

    private static func guests(_ numbers: ClosedRange<Int>) -> [SeedRegistrant] {
        numbers.map { number in
            let id = "\(number)-_defghijklmnopqrstuvw".prefix(22).description
            return SeedRegistrant(id: id, email: "guest.\(number)@example.org")
        }
    }

    private func withUsher(
        _ change: (inout SandboxOptions) throws -> Void = { _ in },
        _ body: @Sendable (BuiltUsher) async throws -> Void
    ) async throws {
        var options = SandboxOptions()
        options.seed.meetings = [SeedMeeting(id: Self.meeting, registrants: Self.guests(1...3), topic: "Spring")]
        options.seed.webinars = [SeedMeeting(id: Self.webinar, registrants: Self.guests(4...5))]
        try change(&options)
        try await SandboxServer.run(options) { sandbox in try await body(BuiltUsher(in: place, against: sandbox)) }
    }

    private func night(_ usher: BuiltUsher, _ flags: String...) async throws -> BuiltUsher.Ended {
        try await usher.run(
            ["run", "--config", "c.yaml", "--base-url", usher.sandbox.baseURL, "--oauth-url", usher.sandbox.tokenURL]
                + ["--rate", "unlimited"] + flags
        )
    }

    private func status(_ usher: BuiltUsher, _ number: Int) -> SandboxStatus? {
        let guest = NamedRegistrant(email: "guest.\(number)@example.org")
        return number < 4
            ? usher.sandbox.status(of: guest, Self.meeting)
            : usher.sandbox.status(of: guest, in: .webinar, Self.webinar)
    }

    private var list: String { "inbox/to-decide/spring.csv" }

    private func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: place.path(name)) }

    /// Which guests a file lists.
    private func listed(_ name: String) throws -> [Int] {
        let text = try place.read(name)
        return (1...9).filter { text.contains("guest.\($0)@example.org") }
    }

    /// Writes an action behind each guest, as a spreadsheet program does.
    private func fill(_ actions: [Int: String], of name: String, to other: String) throws {
        let lines = try place.read(name).split(separator: "\r\n").map { line in
            let action = actions.first { line.contains("guest.\($0.key)@example.org") }?.value ?? ""
            return "\(line)\(action)\r\n"
        }
        try place.write(other, lines.joined())
    }

    @Test("staff fill in what the night has left, save it into the inbox, and the next night sends it")
    func walk() async throws {
        try await withUsher { usher in
            let first = try await night(usher)
            #expect(first.code == 0, "\(first)")
            #expect(first.output.contains("5 registrations to decide: \(place.path(list))\n"), "\(first)")
            #expect(try listed(list) == [1, 2, 3, 4, 5])
            #expect(try place.mode(list).map { $0 & 0o007 } == 0)
            #expect(try place.mode("inbox/to-decide").map { $0 & 0o007 } == 0)

            try fill([1: "approve", 2: "deny", 4: "approve"], of: list, to: "inbox/spring.csv")
            let second = try await night(usher)
            #expect(second.code == 0 && second.output.contains("2 registrations to decide:"), "\(second)")
            #expect(status(usher, 1) == .approved && status(usher, 2) == .denied && status(usher, 4) == .approved)
            #expect(try listed(list) == [3, 5])

            // Saved under the same name as the last.
            try fill([3: "approve", 5: "cancel"], of: list, to: "inbox/spring.csv")
            let third = try await night(usher)
            #expect(third.code == 0 && third.output.contains("No registration is left to decide"), "\(third)")
            #expect(status(usher, 3) == .approved && !has(list))
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path("inbox/to-decide")) == [])
        }
    }

    @Test("a night in which nothing has changed says nothing more and touches no file; nor does a check")
    func idle() async throws {
        try await withUsher { usher in
            _ = try await night(usher)
            let before = try FileManager.default.attributesOfItem(atPath: place.path(list))
            let idle = try await night(usher)
            #expect(idle.code == 0 && idle.errors.isEmpty, "\(idle)")
            #expect(idle.output == "Nothing to do: nothing new was found, and nothing is open in the journal.\n")
            let after = try FileManager.default.attributesOfItem(atPath: place.path(list))
            #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
            let check = try await usher.run(["check", "--inbox", "inbox", "--settle", "0"])
            #expect(check.code == 0 && check.output.isEmpty && check.errors.isEmpty, "\(check)")
            #expect(!has("inbox/results/not-taken.txt"))
        }
    }

    @Test("what is filled in where nothing is sent is kept as it is, and said, until it is moved into the inbox")
    func editedInPlace() async throws {
        try await withUsher { usher in
            _ = try await night(usher)
            try fill([1: "approve"], of: list, to: list)
            let text = try place.read(list)
            let second = try await night(usher)
            #expect(second.code == 0 && second.errors.contains("Save it into the inbox itself"), "\(second)")
            #expect(try place.read(list) == text)
            #expect(status(usher, 1) == .pending)
            let told = try place.read("inbox/results/not-taken.txt")
            #expect(told.contains("\nto-decide/spring.csv\n") && told.contains("save or move them into the inbox"))

            // A copy will do: nothing of it can be lost.
            try place.write("inbox/mine.csv", text)
            let third = try await night(usher)
            #expect(third.code == 0 && status(usher, 1) == .approved, "\(third)")
            #expect(try listed(list) == [2, 3, 4, 5])
            #expect(!has("inbox/results/not-taken.txt"))
        }
    }

    @Test("a list that somebody has open in LibreOffice is left as it is")
    func open() async throws {
        try await withUsher { usher in
            _ = try await night(usher)
            let text = try place.read(list)
            try place.write("inbox/to-decide/.~lock.spring.csv#", ",ada,desk,01.12.2026 08:00,file:///x;")
            try place.write("inbox/a.csv", "Meeting,Email,Action\n\(Self.meeting),guest.1@example.org,approve\n")
            let second = try await night(usher)
            #expect(second.code == 0 && second.errors.contains("open in a spreadsheet program"), "\(second)")
            #expect(try place.read(list) == text)
            try FileManager.default.removeItem(atPath: place.path("inbox/to-decide/.~lock.spring.csv#"))
            _ = try await night(usher)
            #expect(try listed(list) == [2, 3, 4, 5])
        }
    }

    @Test("what is decided and waits for its time is not listed, and what Zoom refused is")
    func waiting() async throws {
        try await withUsher { options in
            options.seed.meetings = [
                SeedMeeting(
                    id: Self.meeting,
                    registrants: [
                        SeedRegistrant(id: Self.guests(1...1)[0].id, email: "guest.1@example.org", changesToday: 10),
                        SeedRegistrant(id: Self.guests(2...2)[0].id, email: "guest.2@example.org", refuse: .host),
                    ] + Self.guests(3...3)
                )
            ]
        } _: { usher in
            let rows = (1...2).map { "\(Self.meeting),guest.\($0)@example.org,approve\n" }
            try place.write("inbox/a.csv", "Meeting,Email,Action\n\(rows.joined())")
            let ended = try await night(usher)
            #expect(ended.code == 75 && ended.output.contains("1 failed, 1 deferred"), "\(ended)")
            #expect(try listed(list) == [2, 3, 4, 5])
        }
    }

    @Test("a list that can't be renewed stays, is said with its reason, and shows in the exit code")
    func fails() async throws {
        try await withUsher { usher in
            _ = try await night(usher)
            let text = try place.read(list)
            try configure("meetings: 845 1209 3377, 999999999")
            let refused = try await night(usher)
            #expect(refused.code == 1 && refused.errors.contains("take it out of the configuration"), "\(refused)")
            #expect(try listed(list) == [1, 2, 3])
            try configure("meetings: 999999999")
            let gone = try await night(usher)
            #expect(gone.code == 1 && gone.errors.contains("was not renewed: nothing could be listed"), "\(gone)")
            #expect(try listed(list) == [1, 2, 3] && text != "")
            try configure("meetings: 845 1209 3377", name: "other")
            _ = try await night(usher)
            #expect(!has(list) && has("inbox/to-decide/other.csv"), "what is no longer configured goes")
        }
    }

    @Test("who waits for anything that a host has coming up is listed, without a number in the configuration")
    func host() async throws {
        try await withUsher { options in
            options.seed.meetings = [
                SeedMeeting(id: Self.meeting, registrants: Self.guests(1...2), host: "events@example.org"),
                SeedMeeting(id: "68423085123", registrants: Self.guests(3...3), host: "ada@example.org"),
                SeedMeeting(id: "68423085124", registrants: Self.guests(6...6), host: "ben@example.org"),
            ]
            options.seed.webinars = [
                SeedMeeting(id: Self.webinar, registrants: Self.guests(4...5), host: "events@example.org")
            ]
        } _: { usher in
            try configure("meetings: 684 2308 5123", "hosts: Events@example.org")
            let first = try await night(usher)
            #expect(first.code == 0 && first.output.contains("5 registrations to decide:"), "\(first)")
            #expect(try listed(list) == [1, 2, 3, 4, 5])
            try fill([1: "approve", 3: "deny"], of: list, to: "inbox/spring.csv")
            #expect(try await night(usher).code == 0)
            #expect(try listed(list) == [2, 4, 5])
            try configure("hosts: nobody@example.org")
            let unknown = try await night(usher)
            #expect(unknown.code == 1 && unknown.errors.contains("host nobody@example.org"), "\(unknown)")
            #expect(try listed(list) == [2, 4, 5])
        }
    }

    @Test("a scope that is missing is named, and the decisions are sent all the same")
    func scope() async throws {
        try await withUsher { options in
            options.app.scopes = ["meeting:update:registrant_status:admin", "meeting:read:list_registrants:admin"]
        } _: { usher in
            try configure("meetings: 845 1209 3377")
            try place.write("inbox/a.csv", "Meeting,Email,Action\n\(Self.meeting),guest.1@example.org,approve\n")
            let ended = try await night(usher)
            #expect(ended.code == 77 && status(usher, 1) == .approved, "\(ended)")
            #expect(
                ended.errors.contains("spring.csv was not renewed: The app lacks the scope meeting:read:meeting:admin")
            )
            #expect(!has(list))
        }
    }

    @Test("a link in the place of the directory is not followed")
    func link() async throws {
        let elsewhere = place.path("elsewhere")
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: place.path("inbox/to-decide"),
            withDestinationPath: elsewhere
        )
        try await withUsher { usher in
            let ended = try await night(usher)
            #expect(ended.code == 74 && ended.errors.contains("to-decide is not a directory"), "\(ended)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere) == [])
        }
    }
}

import Foundation
import Sending
import Synchronization
import Testing

@testable import Usher

@Suite("An inbox")
struct InboxTests {
    let place = TestDirectory()

    /// A clock that takes no time to wait: each wait moves it on, and may do something on the way.
    private final class SteppedClock: RunClock {
        private let start = Date()
        private let passed = Mutex(Duration.zero)
        private let whileWaiting: @Sendable (Date) -> Void

        init(whileWaiting: @escaping @Sendable (Date) -> Void = { _ in }) {
            self.whileWaiting = whileWaiting
        }

        func elapsed() -> Duration { passed.withLock { $0 } }
        func date() -> Date { start.addingTimeInterval(elapsed() / .seconds(1)) }
        func sleep(until moment: Duration) async throws {
            passed.withLock { $0 = max($0, moment) }
            whileWaiting(date())
        }
    }

    @Test("a fresh file is waited for, and then taken as it is")
    func waits() async throws {
        try place.write("a.csv", "x")
        let clock = SteppedClock()
        let look = try await Inbox(path: place.path, settleTime: 60).settled(clock: clock)
        #expect(look.ready.map(\.name) == ["a.csv"])
        #expect(clock.elapsed() > .seconds(58) && clock.elapsed() < .seconds(61))
    }

    @Test("a file that somebody goes on writing is left for the next run after twice the settle time")
    func growing() async throws {
        try place.write("a.csv", "x")
        try place.write("b.csv", "x")
        let clock = SteppedClock { [place] now in
            try? place.append("a.csv", "y")
            try? FileManager.default.setAttributes([.modificationDate: now], ofItemAtPath: place.path("a.csv"))
        }
        let look = try await Inbox(path: place.path, settleTime: 60).settled(clock: clock)
        #expect(look.ready.map(\.name) == ["b.csv"])
        #expect(look.unsettled == ["a.csv"])
        #expect(clock.elapsed() < .seconds(121))
    }

    @Test("a file changed after the look is not opened")
    func changedAfterLook() async throws {
        try place.write("a.csv", "x")
        let inbox = try Inbox(path: place.path, settleTime: 0)
        let entry = try #require(try await inbox.settled().ready.first)
        #expect(try inbox.open(entry) != nil)
        try place.append("a.csv", "y")
        #expect(try inbox.open(entry) == nil)
        try FileManager.default.removeItem(atPath: place.path("a.csv"))
        #expect(try inbox.open(entry) == nil)
    }

    @Test("what a run would refuse is refused to those who only look, too")
    func sources() async throws {
        try place.write("list.csv", "x")
        try place.write("list (Anna's conflicted copy 2026-11-26).csv", "x")
        let (sources, unsettled) = try await Inbox(path: place.path, settleTime: 0).sources()
        var refusals: [String] = []
        for open in sources {
            do { _ = try open() } catch { refusals.append("\(error)") }
        }
        #expect(sources.count == 2 && unsettled.isEmpty)
        #expect(refusals.count == 1 && refusals.first?.contains("conflict copy") == true, "\(refusals)")
    }

    @Test("a link that takes a file's name after the look is not followed")
    func linked() async throws {
        try place.write("a.csv", "x")
        let inbox = try Inbox(path: place.path, settleTime: 0)
        let entry = try #require(try await inbox.settled().ready.first)
        try FileManager.default.removeItem(atPath: place.path("a.csv"))
        try FileManager.default.createSymbolicLink(atPath: place.path("a.csv"), withDestinationPath: "/etc/passwd")
        #expect(try inbox.open(entry) == nil)
    }

    @Test("an inbox that is not there, or is none, is said with what to do")
    func missing() throws {
        let missing = #expect(throws: UsherError.self) { try Inbox(path: place.path("none"), settleTime: 60) }
        #expect(missing?.status == .configuration)
        #expect(missing?.description.contains("There is no inbox") == true)
        try place.write("file", "")
        let file = #expect(throws: UsherError.self) { try Inbox(path: place.path("file"), settleTime: 60) }
        #expect(file?.description.contains("is not a directory") == true)
    }

    @Test("a link in the place of the results' directory is not followed")
    func resultsLink() throws {
        try FileManager.default.createSymbolicLink(atPath: place.path("results"), withDestinationPath: "/tmp")
        let inbox = try Inbox(path: place.path, settleTime: 0)
        #expect(throws: UsherError.self) { try inbox.prepareResults() }
    }

    @Test("the directory of the results is the inbox's group's, and no others'")
    func results() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o2775], ofItemAtPath: place.path)
        try Inbox(path: place.path, settleTime: 0).prepareResults()
        let mode = try FileManager.default.attributesOfItem(atPath: place.path("results"))[.posixPermissions] as? Int
        #expect(mode == 0o2770)
    }
}

import Foundation
import Testing

@testable import Usher

@Suite("Whether results can be written is known before anything is sent")
struct ResultsLocationTests {
    let place = TestDirectory()

    private func directory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: place.path(name), withIntermediateDirectories: true)
    }

    private func refusal(_ places: ResultsLocation, _ name: String, in folder: String = "", withReport: Bool = true)
        -> String?
    {
        do {
            try places.check(name: name, input: place.path("\(folder)\(name)"), withReport: withReport)
            return nil
        } catch {
            #expect((error as? UsherError)?.status == .storage)
            return "\(error)"
        }
    }

    @Test("where a directory stands in the place of the results or of the report")
    func obstacle() throws {
        let beside = try ResultsLocation(directory: nil)
        #expect(refusal(beside, "a.csv") == nil)
        try directory("a.csv.results.csv")
        try directory("b.csv.report.html")
        #expect(refusal(beside, "a.csv")?.contains("Remove what is there") == true)
        #expect(refusal(beside, "b.csv")?.contains("b.csv.report.html") == true)
        #expect(refusal(beside, "b.csv", withReport: false) == nil)
        try directory("all/a.csv.results.csv")
        #expect(refusal(try ResultsLocation(directory: place.path("all")), "a.csv") != nil)
    }

    @Test("where the directory that was named for them is not there")
    func missing() throws {
        let path = place.path("nowhere")
        let error = try #require(throws: UsherError.self) { try ResultsLocation(directory: path) }
        #expect(error.status == .usage)
        #expect(error.description.contains("--results \(path) is not a directory. Make it"))
    }

    @Test("where the spreadsheet's name leaves no room for what is added to it")
    func longName() throws {
        let beside = try ResultsLocation(directory: nil)
        #expect(refusal(beside, String(repeating: "n", count: 239) + ".csv") == nil)
        #expect(refusal(beside, String(repeating: "n", count: 240) + ".csv")?.contains("shorter name") == true)
    }

    @Test("where a link has taken the place of an inbox's directory of results")
    func exchanged() throws {
        try directory("inbox")
        try directory("elsewhere")
        let inbox = try Inbox(path: place.path("inbox"), settleTime: 0)
        let places = try ResultsLocation(directory: nil, inbox: inbox)
        #expect(refusal(places, "a.csv", in: "inbox/") == nil)
        try FileManager.default.removeItem(atPath: place.path("inbox/results"))
        try FileManager.default.createSymbolicLink(
            atPath: place.path("inbox/results"),
            withDestinationPath: place.path("elsewhere")
        )
        #expect(refusal(places, "a.csv", in: "inbox/") != nil)
        #expect(throws: (any Error).self) {
            try places.note(
                refused: [.init(entry: InboxEntry(name: "x.csv", size: 1, modifiedAt: .distantPast), reason: "Bad.")]
            )
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path("elsewhere")).isEmpty)
    }
}

import Foundation
import Logging
import Testing

@testable import Usher

@Suite("Log lines")
struct LogLineTests {
    let place = TestDirectory()

    private func log(_ format: StandardErrorLog.Format) throws -> StandardErrorLog {
        var log = StandardErrorLog(format: format, isUnderJournald: true, logLevel: .info)
        log.file = try LogFile.open(place.path("usher.log"))
        return log
    }

    @Test("in JSON numbers are numbers, and a meeting's number is a name")
    func numbers() throws {
        let prepared = try log(.json)
        let logger = Logger(label: "usher") { _ in prepared }
        logger.info(
            "Zoom refused.",
            metadata: ["code": .stringConvertible(3_003), "meeting": "84512093377", "file": "12"]
        )
        let line = try JSONSerialization.jsonObject(with: Data(place.read("usher.log").utf8)) as? [String: Any]
        #expect(line?["code"] as? Int == 3_003)
        #expect(line?["meeting"] as? String == "84512093377" && line?["file"] as? String == "12")
        #expect(line?["message"] as? String == "Zoom refused." && line?["level"] as? String == "info")
    }

    @Test(
        "a log file is its user's alone, is added to, and has a time on each line in the place of the journal's priority"
    )
    func file() throws {
        try place.write("usher.log", "earlier\n")
        let prepared = try log(.text)
        let logger = Logger(label: "usher") { _ in prepared }
        logger.notice("Again.\nNot a line", metadata: ["rows": .stringConvertible(2)])
        let lines = try place.read("usher.log").split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == "earlier", "\(lines)")
        #expect(lines[1].contains(/^\d{4}-\d\d-\d\dT[0-9:]+Z notice Again\..* rows=2$/), "\(lines)")
        try FileManager.default.removeItem(atPath: place.path("usher.log"))
        _ = try LogFile.open(place.path("usher.log"))
        #expect(try place.mode("usher.log") == 0o600)
        #expect(throws: UsherError.self) { try LogFile.open(place.path("nowhere/usher.log")) }
    }

    @Test("a terminal gets the sentence and the file it is about, and nothing of single requests")
    func sentences() {
        let fields: Logger.Metadata = ["file": "a.csv", "rows": .stringConvertible(3)]
        #expect(StandardErrorLog.sentence(.notice, "Left alone.", fields, source: "Usher") == "a.csv: Left alone.")
        #expect(StandardErrorLog.sentence(.notice, "Tried.", ["job": "1"], source: "Usher") == "Tried.")
        #expect(StandardErrorLog.sentence(.info, "Tried.", [:], source: "Usher") == nil)
        #expect(StandardErrorLog.sentence(.warning, "Refused.", [:], source: StandardErrorLog.requests) == nil)
    }
}

import Foundation
import Testing

@Suite("Where output goes")
struct OutputTests {
    @Test("what can't be written to standard output is said, with 74; a closed pipe is the reader's choice")
    func fullDisk() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")
            #expect(try await place.usher("run", file, to: sandbox).code == 0)
            for command in [
                "usher status", "usher results 1", "usher report --format json --output -", "usher check \(file)",
            ] {
                let lost = try await place.shell("\(command) > /dev/full")
                #expect(lost.code == 74, "\(command)")
                #expect(lost.errors.contains("not complete"), "\(lost.errors)")
                #expect(try await place.shell("\(command) | true").code == 0)
            }
        }
    }
}

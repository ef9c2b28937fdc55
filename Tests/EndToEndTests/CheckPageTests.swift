import Foundation
import Testing

@Suite("Checking a spreadsheet")
struct CheckPageTests {
    private static let list = """
        Meeting,Email,Action
        84512093377,a@example.org,approve
        84512093377,b@example.org,perhaps
        84512093377,c@example.org,perhaps
        84512093377,d@example.org,perhaps
        84512093377,e@example.org,perhaps

        """

    @Test("leaves a page and a copy with the problems beside the rows, both as private as the spreadsheet")
    func pages() async throws {
        try await withWorkplace { place in
            try place.write(Self.list, as: "a.csv")
            #expect(chmod(place.url("a.csv").path, 0o640) == 0)
            let run = try await place.usher(
                "check",
                "--all",
                "--report",
                "a.html",
                "--output",
                "a-marked.csv",
                "a.csv",
                environment: ["TZ": "Asia/Tokyo"]
            )
            #expect(run.code == 1)
            #expect(run.output.contains("  row 6 (e@example.org), column \"Action\""), "\(run.output)")
            let page = try place.read("a.html")
            #expect(page.contains("Not ready: 4 rows") && page.contains(" JST</time>"))
            #expect(try place.read("a-marked.csv").contains("b@example.org,perhaps,\"Action: \"\"perhaps\"\""))
            for name in ["a.html", "a-marked.csv"] {
                let mode = try FileManager.default.attributesOfItem(atPath: place.url(name).path)[.posixPermissions]
                #expect(mode as? Int == 0o640, "\(name)")
            }
            let few = try await place.usher("check", "a.csv")
            #expect(few.output.contains("  and 1 more\n"))
            let onto = try await place.usher("check", "--output", "a.csv", "a.csv")
            #expect(onto.code == 64 && onto.errors.contains("is the spreadsheet itself"))
            #expect(try place.read("a.csv") == Self.list)
        }
    }

    @Test("that decides nothing does not end with 0, and a time zone that nobody knows ends with 78 or 64")
    func nothing() async throws {
        try await withWorkplace { place in
            try place.write("Meeting,Email,Action\n84512093377,a@example.org,\n", as: "a.csv")
            let run = try await place.usher("check", "a.csv")
            #expect(run.code == 1 && run.output.contains("so nothing is decided."), "\(run.output)")
            let zone = try await place.usher("check", "a.csv", environment: ["USHER_TIME_ZONE": "Mars/Olympus"])
            #expect(zone.code == 78 && zone.errors.contains("is not allowed"), "\(zone.errors)")
            let flag = try await place.usher("check", "--time-zone", "Mars/Olympus", "a.csv")
            #expect(flag.code == 64 && flag.errors.contains("like Europe/Berlin"), "\(flag.errors)")
        }
    }
}

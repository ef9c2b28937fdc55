import Foundation
import Testing

@Suite("A hostile or broken server costs bounded time and memory, and every row ends in an outcome")
struct HostileServerTests {
    @Test(
        "now and then: all is applied in the end",
        arguments: ["endless-body", "header-flood", "hang"]
    )
    func passing(fault: String) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--drip", "300", "--fail", "\(fault):every=4")
            let sheet = Spreadsheet(decisions: 60, meetings: 8)
            try place.write(sheet.csv, as: "d.csv")
            // Whatever else than the fault takes longer would be retried too, until the run gives up.
            let timeout = String(Patience.factor)
            let run = try place.startUsher(["run", "d.csv", "--timeout", timeout, "--log-level", "debug"], to: sandbox)
            let peak = try await run.peakMemory()
            let ended = try await run.finished(within: .seconds(60))
            #expect(ended.code == 0, "\(ended.errors)")
            #expect(peak < PeakMemory.limit)
            #expect(try place.results("d.csv").outcomes == ["applied": 60])
            #expect(try sandbox.audit.updates().contains { $0.fault != nil })
        }
    }

    @Test(
        "refusing with a body that is no answer of Zoom's: nothing is taken for done",
        arguments: ["huge-body", "gzip-bomb"]
    )
    func refusing(fault: String) async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--fail", "\(fault):1")
            try place.write(Spreadsheet.one(registrants: 4).csv, as: "d.csv")
            let run = try place.startUsher(["run", "d.csv", "--timeout", "5"], to: sandbox)
            let peak = try await run.peakMemory()
            let ended = try await run.finished(within: .seconds(60))
            #expect([1, 69].contains(ended.code), "\(ended.errors)")
            #expect(peak < PeakMemory.limit)
            #expect(try place.results("d.csv").outcomes["applied"] == nil)
            #expect(try Data(contentsOf: place.url("d.csv.results.csv")).count < 16_384)
        }
    }

    @Test("whose words would steer a terminal, begin a formula or repeat the token: they come out harmless")
    func words() async throws {
        try await withWorkplace { place in
            try place.write(Spreadsheet.one(registrants: 1).csv, as: "d.csv")
            let body =
                #"{"code":300,"message":"=cmd|' /C calc'!A0 \u001b[2J\u001b]0;owned\u0007 \u202emoc.\r\nusher: all done unique-token-7731"}"#
            try await RawServer.run(answering: { _ in
                RawServer.json("400 Bad Request", body, headers: "x-zm-trackingid: unique-token-7731\r\n")
            }) { server in
                let run = try await place.usher(
                    "run",
                    "d.csv",
                    "--log-level",
                    "trace",
                    "--base-url",
                    "http://127.0.0.1:\(server.port)/v2",
                    environment: ["ZOOM_ACCESS_TOKEN": "unique-token-7731"]
                )
                #expect(run.code == 1, "\(run.errors)")
                let results = try place.read("d.csv.results.csv")
                #expect(results.contains("cmd"))
                for text in [run.output, run.errors, results] {
                    #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{7}" || $0 == "\u{202E}" })
                    #expect(!text.contains("\nusher: all done"))
                    #expect(!text.contains("unique-token"))
                }
                let journal = try Data(contentsOf: place.journal)
                #expect(journal.range(of: Data("unique-token".utf8)) == nil)
                #expect(try !place.results("d.csv")["reason"][0].hasPrefix("="))
            }
        }
    }
}

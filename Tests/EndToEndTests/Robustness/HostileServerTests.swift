import Foundation
import Testing

@Suite("A hostile or broken server costs bounded time and memory, and every row ends in an outcome")
struct HostileServerTests {
    @Test(
        "now and then: all is applied in the end",
        arguments: [
            "slow-head", "slow-body", "hang", "endless-body", "header-flood", "reset", "cut-body", "html", "cut-before",
        ]
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

    @Test("never answering at all: the run is given up with 69, and the work stays")
    func dead() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--fail", "hang:1")
            try place.write(Spreadsheet(decisions: 60, meetings: 8).csv, as: "d.csv")
            let run = try await place.usher("run", "d.csv", "--timeout", "1", to: sandbox, within: .seconds(90))
            #expect(run.code == 69, "\(run.errors)")
            #expect(try place.results("d.csv").outcomes == ["pending": 60])
            try await sandbox.setFaults([])
            let again = try await place.usher("run", "d.csv", to: sandbox)
            #expect(again.code == 0)
        }
    }

    @Test("never giving a token: it is waited for once, the run is given up with 69, and the work stays")
    func noToken() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open", "--fail", "token-hang:1")
            try place.write(Spreadsheet(decisions: 60, meetings: 8).csv, as: "d.csv")
            let run = try await place.usher(
                "run",
                "d.csv",
                "--timeout",
                "2",
                to: sandbox,
                environment: Sandbox.credentialsOnly,
                within: .seconds(90)
            )
            #expect(run.code == 69, "\(run.errors)")
            #expect(run.errors.contains("did not answer in"))
            #expect(try place.results("d.csv").outcomes == ["pending": 60])
            let requests = try sandbox.audit.requests()
            #expect(requests.count == 1, "\(requests.map(\.path))")
        }
    }

    @Test("sending elsewhere: the token does not go there, and nothing is taken for done")
    func redirect() async throws {
        try await withWorkplace { place in
            try place.write(Spreadsheet.one(registrants: 4).csv, as: "d.csv")
            try await RawServer.run(answering: { _ in RawServer.json("200 OK", "{}") }) { elsewhere in
                let target = "http://localhost:\(elsewhere.port)/v2"
                for status in [
                    "301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect",
                ] {
                    try await RawServer.run(
                        answering: { _ in RawServer.json(status, "{}", headers: "Location: \(target)\r\n") }
                    ) { server in
                        let run = try await place.usher(
                            "run",
                            "d.csv",
                            "--base-url",
                            "http://127.0.0.1:\(server.port)/v2",
                            environment: ["ZOOM_ACCESS_TOKEN": "unique-token-7731"]
                        )
                        #expect(run.code == 69, "\(run.errors)")
                        #expect(server.requests.contains { $0.contains("unique-token-7731") })
                    }
                }
                #expect(elsewhere.requests.isEmpty)
                #expect(try place.results("d.csv").outcomes == ["pending": 4])
            }
        }
    }

    @Test("naming another address in the answer to the request for a token: it is not used")
    func otherAPI() async throws {
        try await withWorkplace { place in
            try place.write(Spreadsheet.one(registrants: 4).csv, as: "d.csv")
            try await RawServer.run(answering: { _ in RawServer.json("204 No Content", "") }) { elsewhere in
                let api = "http://127.0.0.1:\(elsewhere.port)"
                try await RawServer.run(answering: { request in
                    guard request.hasPrefix("POST /oauth/token") else { return "HTTP/1.1 204 No Content\r\n\r\n" }
                    return RawServer.json(
                        "200 OK",
                        #"{"access_token":"granted-5512","expires_in":3600,"api_url":"\#(api)"}"#
                    )
                }) { server in
                    let address = "http://127.0.0.1:\(server.port)"
                    let run = try await place.usher(
                        "run",
                        "d.csv",
                        "--no-preflight",
                        "--base-url",
                        "\(address)/v2",
                        "--oauth-url",
                        "\(address)/oauth/token",
                        environment: Sandbox.credentials.mapValues { $0 }
                    )
                    #expect(run.code == 0, "\(run.errors)")
                    #expect(server.requests.count == 2)
                }
                #expect(elsewhere.requests.isEmpty)
            }
        }
    }

    @Test(
        "with a certificate that nobody signed, or none at all: nothing is sent, not even a token",
        arguments: [true, false]
    )
    func certificate(tls: Bool) async throws {
        try await withWorkplace { place in
            try place.write(Spreadsheet.one(registrants: 4).csv, as: "d.csv")
            try await RawServer.run(tls: tls, answering: { _ in RawServer.json("204 No Content", "") }) { server in
                let run = try await place.usher(
                    "run",
                    "d.csv",
                    "--timeout",
                    "5",
                    "--base-url",
                    "https://127.0.0.1:\(server.port)/v2",
                    environment: ["ZOOM_ACCESS_TOKEN": "unique-token-7731"],
                    within: .seconds(90)
                )
                #expect(run.code == 69, "\(run.errors)")
                #expect(!server.requests.contains { $0.contains("unique-token-7731") })
            }
            #expect(try place.results("d.csv").outcomes == ["pending": 4])
        }
    }

    @Test("speaking HTTP/2 unasked, or no HTTP at all: given up, and nothing is taken for done")
    func otherProtocol() async throws {
        try await withWorkplace { place in
            try place.write(Spreadsheet.one(registrants: 4).csv, as: "d.csv")
            // SETTINGS and then GOAWAY, as an HTTP/2 server ends a connection. Usher speaks HTTP/1.1 only.
            let frames =
                "\u{0}\u{0}\u{0}\u{4}\u{0}\u{0}\u{0}\u{0}\u{0}"
                + "\u{0}\u{0}\u{8}\u{7}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"
            try await RawServer.run(answering: { _ in frames }) { server in
                let run = try await place.usher(
                    "run",
                    "d.csv",
                    "--timeout",
                    "5",
                    "--base-url",
                    "http://127.0.0.1:\(server.port)/v2",
                    environment: ["ZOOM_ACCESS_TOKEN": "unique-token-7731"],
                    within: .seconds(90)
                )
                #expect([69, 75].contains(run.code), "\(run.errors)")
            }
            #expect(try place.results("d.csv").outcomes == ["pending": 4])
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

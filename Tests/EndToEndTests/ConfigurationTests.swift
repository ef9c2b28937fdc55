import Foundation
import Settings
import Testing

@Suite("The configuration file, the variables and the flags")
struct ConfigurationTests {
    @Test("a variable counts before the file, and one that is no setting is warned of once, without its value")
    func precedence() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 12).csv, as: "decisions.csv")
            try place.write("batch_size: 6\n", as: "c.yaml")
            let run = try await place.usher(
                "run",
                file,
                "--config",
                "c.yaml",
                to: sandbox,
                environment: ["USHER_BATCH_SIZE": "4", "USHER_PORT": "tcp://10.0.0.7:80"]
            )
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.errors.components(separatedBy: "USHER_PORT").count == 2, "\(run.errors)")
            #expect(!run.errors.contains("10.0.0.7"))
            #expect(try sandbox.audit.updates().map(\.registrants.count).max() == 4)
            #expect(try place.results(file).outcomes == ["applied": 12])
        }
    }

    @Test("a fault in the file ends a command that reads it with 78 and its line, before anything is done")
    func fault() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")
            try place.write("plan: pro\nbatch_sise: 3\nper_meeting: 11\n", as: "c.yaml")
            let run = try await place.usher("run", file, "--config", "c.yaml")
            #expect(run.code == 78)
            #expect(
                run.errors == """
                    usher: c.yaml:2: "batch_sise" is not a setting. Is "batch_size" meant?
                    c.yaml:3: per_meeting: "11" is not allowed. Write a whole number from 1 to 10.

                    """
            )
            #expect(try sandbox.audit.count == 0)
            #expect(!FileManager.default.fileExists(atPath: place.journal.path))
            #expect(try await place.usher("exit-codes", environment: ["USHER_CONFIG": "c.yaml"]).code == 0)
        }
    }

    @Test("usher config show tells where each value comes from, and no secret")
    func show() async throws {
        try await withWorkplace { place in
            let text = """
                plan: free
                quiet: true
                profiles:
                  events:
                    plan: business
                    credentials:
                      environment: EVENTS
                """
            try place.write(text, as: "c.yaml")
            let secrets = [
                "EVENTS_CLIENT_SECRET": "hunter2", "ZOOM_CLIENT_SECRET": "hunter2", "USHER_BATCH_SIZE": "7",
                "USHER_CLOUD": "zoomgov.com",
            ]
            let shown = try await place.usher(
                "config",
                "show",
                "--config",
                "c.yaml",
                "--rate",
                "1",
                environment: secrets
            )
            #expect(shown.code == 0, "\(shown.errors)")
            let lines = shown.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            let expected = [
                "plan free c.yaml:1", "rate 1 --rate", "batch_size 7 USHER_BATCH_SIZE", "per_meeting 1 default",
                "quiet true c.yaml:2", "profile events (of rows that name no account)", "plan business c.yaml:4",
                "credentials (secret) variables EVENTS_…", "report true default", "preflight auto default",
                "journal \(place.journal.path) default", "cloud zoomgov.com USHER_CLOUD",
                "base_url https://api.zoomgov.com/v2 USHER_CLOUD",
                "oauth_url https://zoomgov.com/oauth/token USHER_CLOUD",
            ]
            for line in expected { #expect(lines.contains(line), "\(line) in \(shown.output)") }
            #expect(!shown.output.contains("hunter2"))

            let json = try await place.usher("config", "show", "--format", "json", environment: secrets)
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(
                (object?["settings"] as? [[String: Any]])?.count == Setting.all.count - 2,
                "map and words have no entries"
            )
            #expect(!json.output.contains("hunter2"))
            #expect(try await place.usher("config", "show", "--plan", "gold").code == 64)
        }
    }

    @Test(
        "a proxy never gets what is not encrypted, is named where Zoom can't be reached, and its password is shown nowhere"
    )
    func proxy() async throws {
        try await withWorkplace { place in
            let sandbox = try await place.startSandbox("--open")
            let file = try place.write(Spreadsheet.one(registrants: 2).csv, as: "decisions.csv")
            let variables = ["HTTPS_PROXY": "http://ada:hunter2@127.0.0.1:9"]
            let here = try await place.usher("run", file, to: sandbox, environment: variables)
            #expect(here.code == 0, "\(here)")
            let zoom = ["ZOOM_ACCESS_TOKEN": "t", "USHER_BASE_URL": "https://zoom.example/v2"].merging(variables) { $1 }
            let there = try await place.usher("doctor", environment: zoom)
            #expect(there.code == 69 && there.output.contains("by way of the proxy 127.0.0.1:9"), "\(there)")
            let shown = try await place.usher("config", "show", environment: variables)
            #expect(shown.output.contains("127.0.0.1:9 (HTTPS_PROXY)"), "\(shown)")
            let set = try await place.usher("config", "show", environment: ["USHER_PROXY": variables["HTTPS_PROXY"]])
            #expect(set.output.contains(/proxy +127\.0\.0\.1:9 +USHER_PROXY/), "\(set)")
            try place.write("proxy: http://ada:hunter2@127.0.0.1:9\n", as: "c.yaml")
            let inFile = try await place.usher("run", file, "--config", "c.yaml", to: sandbox)
            #expect(inFile.code == 78 && inFile.errors.contains("HTTPS_PROXY"), "\(inFile)")
            let typed = try await place.usher("run", file, "--proxy", "http://ada:hunter2@127.0.0.1:9", to: sandbox)
            #expect(typed.code == 64, "\(typed)")
            let wrong = try await place.usher(
                "run",
                file,
                to: sandbox,
                environment: ["HTTPS_PROXY": "socks5://hunter2@x:1"]
            )
            #expect(
                wrong.code == 78 && wrong.errors.contains("HTTPS_PROXY: A proxy that begins with socks5"),
                "\(wrong)"
            )
            let authority = try await place.usher("run", file, "--ca-file", "nowhere.pem", to: sandbox)
            #expect(authority.code == 78 && authority.errors.contains("nowhere.pem can't be read"), "\(authority)")
            for run in [here, there, shown, set, inFile, typed, wrong] {
                #expect(!(run.output + run.errors).contains("hunter2"))
            }
        }
    }
}

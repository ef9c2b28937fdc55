import ArgumentParser
import Settings
import Testing
import Zoom

@testable import Usher

@Suite("Which Zoom")
struct CloudTests {
    /// Where the account of a name is, as a file, variables and flags have it.
    private func addresses(
        of name: String? = nil,
        file text: String? = nil,
        variables: [String: String] = [:],
        flags: [String] = []
    ) throws -> [String] {
        let place = TestDirectory()
        if let text { try place.write("c.yaml", text) }
        let settings = Settings(path: text == nil ? nil : "\(place.path)/c.yaml", environment: variables)
        #expect(settings.faults.isEmpty)
        let command = try ResumeCommand.parse(flags)
        let accounts = try Accounts(settings.with(command.given), environment: [:])
        let configuration = try #require(accounts.configuration(of: name))
        return [configuration.baseURL.description, configuration.tokenURL.description]
    }

    private static let zoom = ["https://api.zoom.us/v2", "https://zoom.us/oauth/token"]
    private static let government = ["https://api.zoomgov.com/v2", "https://zoomgov.com/oauth/token"]

    @Test("one setting chooses both addresses, wherever it stands")
    func both() throws {
        #expect(try addresses() == Self.zoom)
        #expect(try addresses(file: "cloud: zoomgov.com\n") == Self.government)
        #expect(try addresses(variables: ["USHER_CLOUD": "zoomgov.com"]) == Self.government)
        #expect(try addresses(flags: ["--cloud", "zoomgov.com"]) == Self.government)
    }

    @Test("an address that stands beside it counts, and the other one stays the cloud's")
    func beside() throws {
        let file = "cloud: zoomgov.com\nbase_url: https://gateway.example.org/zoom\n"
        #expect(try addresses(file: file) == ["https://gateway.example.org/zoom", Self.government[1]])
        let region = "cloud: zoom.us\nbase_url: https://api-eu.zoom.us/v2\n"
        #expect(try addresses(file: region) == ["https://api-eu.zoom.us/v2", Self.zoom[1]])
    }

    @Test("a cloud counts before addresses in a place that counts less")
    func precedence() throws {
        let file = "base_url: https://api.zoom.us/v2\noauth_url: https://zoom.us/oauth/token\n"
        let base = ["USHER_BASE_URL": "https://gateway.example.org/zoom"]
        #expect(try addresses(file: file, variables: ["USHER_CLOUD": "zoomgov.com"]) == Self.government)
        #expect(try addresses(file: file, variables: base, flags: ["--cloud", "zoomgov.com"]) == Self.government)
        // And an address before a cloud that counts less.
        #expect(
            try addresses(file: "cloud: zoomgov.com\n", variables: base)
                == ["https://gateway.example.org/zoom", Self.government[1]]
        )
    }

    @Test("a profile's cloud counts before the addresses of all, and after flags and variables")
    func profiles() throws {
        let file = """
            base_url: https://gateway.example.org/zoom
            profiles:
              gov:
                cloud: zoomgov.com
              other:
                plan: free
            """
        #expect(try addresses(of: "gov", file: file) == Self.government)
        #expect(try addresses(of: "other", file: file) == ["https://gateway.example.org/zoom", Self.zoom[1]])
        #expect(try addresses(of: "gov", file: file, flags: ["--cloud", "zoom.us"]) == Self.zoom)
        let own = "profiles:\n  a:\n    base_url: https://api-eu.zoom.us/v2\n"
        #expect(try addresses(of: "a", file: own, flags: ["--cloud", "zoomgov.com"]) == Self.government)
    }

    @Test("an address of the other cloud beside it is a mistake that nobody guesses about")
    func contradiction() throws {
        for file in [
            "cloud: zoomgov.com\nbase_url: https://api.zoom.us/v2\n",
            "cloud: zoom.us\noauth_url: https://zoomgov.com/oauth/token\n",
            "profiles:\n  a:\n    cloud: zoomgov.com\n    base_url: https://api-eu.zoom.us/v2\n",
        ] {
            let error = try #require(throws: UsherError.self) { try addresses(file: file) }
            #expect(error.status == .configuration && error.description.contains("Remove one of the two."))
        }
        // Without a cloud an address says all.
        #expect(try addresses(file: "base_url: https://api.zoomgov.com/v2\n") == [Self.government[0], Self.zoom[1]])
    }

    @Test("a broad scope does for the granular one", arguments: ["", ":admin"])
    func scopes(end: String) {
        let broad: [([Scopes.Use], String)] = [
            ([.meetings], "meeting:write:meeting"),
            ([.meetingLists, .meetingRegistrants, .meetingDetails], "meeting:read:meeting"),
            ([.webinars], "webinar:write:webinar"),
            ([.webinarLists, .webinarRegistrants, .webinarDetails], "webinar:read:webinar"),
        ]
        for (uses, scope) in broad {
            let scopes = Scopes(granted: [scope + end])
            #expect(Scopes.Use.allCases.filter(scopes.allow) == uses, "\(scope)\(end)")
        }
    }
}

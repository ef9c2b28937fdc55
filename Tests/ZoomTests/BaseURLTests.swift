import Testing

@testable import Zoom

@Suite("Addresses that a token may be sent to")
struct BaseURLTests {
    @Test(
        "https goes anywhere, http to this machine only",
        arguments: [
            ("https://api.zoom.us/v2", "https://api.zoom.us/v2"), ("https://api.zoom.us/v2/", "https://api.zoom.us/v2"),
            ("HTTPS://API.Zoom.US:8443", "https://api.zoom.us:8443"),
            ("http://127.0.0.1:8080/v2", "http://127.0.0.1:8080/v2"),
            ("http://localhost/v2", "http://localhost/v2"), ("http://LOCALHOST:1", "http://localhost:1"),
            ("http://127.8.9.10", "http://127.8.9.10"), ("http://[::1]:9/v2", "http://[::1]:9/v2"),
            ("https://[2001:db8::1]/v2//", "https://[2001:db8::1]/v2"),
        ]
    )
    func accepted(text: String, shown: String) throws {
        #expect(try BaseURL(text).description == shown)
    }

    @Test(
        "plain http to anything but this machine is refused, however much it looks like it",
        arguments: [
            "http://api.zoom.us/v2", "http://127.0.0.1.example.org", "http://127.1", "http://127.0.0.01",
            "http://127.0.0.256", "http://localhost.example.org", "http://localhost.", "http://0.0.0.0",
            "http://[::]", "http://[::ffff:127.0.0.1]", "http://2130706433", "http://0x7f000001", "http://0177.0.0.1",
            "http://notlocalhost", "http://128.0.0.1", "http://127.0.0.1.",
        ]
    )
    func plain(text: String) {
        #expect(throws: BaseURLError.self) { try BaseURL(text) }
    }

    @Test(
        "tricky addresses are refused, each for its own reason",
        arguments: [
            ("", BaseURLError.empty), ("api.zoom.us/v2", .noScheme("api.zoom.us/v2")),
            ("ftp://api.zoom.us", .scheme("ftp")),
            ("file:///etc/passwd", .scheme("file")), ("https://127.0.0.1@evil.example/v2", .userInfo),
            ("http://localhost@evil.example", .userInfo), ("http://user:pass@localhost", .userInfo),
            ("https://api.zoom.us/v2?x=1", .query), ("https://api.zoom.us/v2#x", .fragment),
            ("https://api.zoom.us/v2/../v1", .dots), ("https://api.zoom.us/./v2", .dots),
            ("https:///v2", .host("")), ("https://", .host("")), ("https://-a.example", .host("-a.example")),
            ("https://a..b", .host("a..b")), ("https://[::1", .host("[::1")), ("https://[::1]x", .host("[::1]x")),
            ("https://[zoom]", .host("[zoom]")), ("https://a_b.example", .host("a_b.example")),
            ("https://api.zoom.us:0", .port("0")), ("https://api.zoom.us:65536", .port("65536")),
            ("https://api.zoom.us:", .port("")), ("https://api.zoom.us:44x", .port("44x")),
            ("https://api.zoom.us:+443", .port("+443")),
            ("https://api.zoom.us\\@evil.example", .strangeCharacter(in: "https://api.zoom.us\\@evil.example")),
            ("https://api.zoom.us/v2 ", .strangeCharacter(in: "https://api.zoom.us/v2 ")),
            ("https://api.zoom.us\r\nHost: evil", .strangeCharacter(in: "https://api.zoom.us\r\nHost: evil")),
            ("https://аpi.zoom.us", .strangeCharacter(in: "https://аpi.zoom.us")),
        ]
    )
    func refused(text: String, reason: BaseURLError) {
        #expect(throws: reason) { try BaseURL(text) }
    }

    @Test("a refusal says what to write instead, and never repeats a password")
    func sentences() {
        #expect(BaseURLError.plain(host: "zoom.us").description.contains("https://"))
        let error = #expect(throws: BaseURLError.self) { try BaseURL("https://me:hunter2@zoom.us/?a") }
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
        let strange = #expect(throws: BaseURLError.self) { try BaseURL("https://a\u{1B}[31m") }
        #expect(strange.map { !"\($0)".contains("\u{1B}") } == true)
    }

    @Test("the built-in addresses are Zoom's own, and pass the same check")
    func builtIn() throws {
        #expect(try BaseURL(BaseURL.zoom.description) == .zoom)
        #expect(try BaseURL(BaseURL.zoomToken.description) == .zoomToken)
        #expect(!BaseURL.zoom.isLoopback && BaseURL.zoom.isSecure)
    }
}

import Testing

@testable import Zoom

@Suite("Text for addresses and journals")
struct TextTests {
    @Test(
        "everything but unreserved characters is percent-encoded",
        arguments: [
            ("abcXYZ019-._~", "abcXYZ019-._~"), ("a b", "a%20b"), ("a+b/c=d&e?f#g%h", "a%2Bb%2Fc%3Dd%26e%3Ff%23g%25h"),
            ("é", "%C3%A9"), ("\u{1}\n", "%01%0A"), ("🙂", "%F0%9F%99%82"), ("", ""),
        ]
    )
    func percentEncoding(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
    }
}

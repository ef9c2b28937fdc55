import Files
import Testing

@Suite("Text from outside")
struct CleanTextTests {
    @Test(
        "what would begin a line or turn letters around is not passed on",
        arguments: [
            ("plain é", "plain é"), ("a\nb\r\nc", "a b  c"), ("a\u{2028}b\u{85}c", "a b c"),
            ("a\u{202E}b", "a\u{FFFD}b"),
            ("\u{1B}[2J\u{200F}\u{2067}\u{7F}", "\u{FFFD}[2J\u{FFFD}\u{FFFD}\u{FFFD}"),
        ]
    )
    func onOneLine(text: String, shown: String) {
        #expect(text.onOneLine == shown)
    }

    @Test("several lines stay lines, and nothing else does")
    func harmless() {
        #expect("a\n\tb\r\nc\u{1B}".harmless == "a\n\tb \nc\u{FFFD}")
    }

    @Test(
        "a report names what is not seen, and leaves emoji whole",
        arguments: [
            ("plain é", "plain é"), ("a\nb\tc", "a b c"), ("a\u{200B}b", "a[U+200B]b"),
            ("\u{202E}x\u{7}", "[U+202E]x[U+0007]"), ("👩\u{200D}💻", "👩\u{200D}💻"), ("\u{E000}", "[U+E000]"),
        ]
    )
    func namingUnseen(text: String, shown: String) {
        #expect(text.namingUnseen == shown)
    }

    @Test("a message quotes a value shortened, on one line, and without what could fool a terminal")
    func excerpt() {
        #expect("a\u{1B}[31m\nb\u{202E}".excerpt() == "a·[31m·b·")
        #expect(String(repeating: "x", count: 40).excerpt() == String(repeating: "x", count: 40))
        #expect(String(repeating: "x", count: 100).excerpt() == String(repeating: "x", count: 39) + "…")
        #expect(String(repeating: "é", count: 61).excerpt(60) == String(repeating: "é", count: 59) + "…")
    }

    @Test("the beginning of a text shows that it goes on")
    func beginning() {
        #expect("abc".beginning(3) == "abc" && "abcd".beginning(3) == "abc…")
    }

    @Test(
        "a server's words are one line without runs of blanks, and nothing where there is nothing to read",
        arguments: [
            ("", nil), (" \u{0}\u{200B}\n", nil), ("  a \t b  ", "a b"), ("plain", "plain"),
            ("a\u{1B}[31mb", "a [31mb"),
            ("é", "é"),
        ]
    )
    func message(text: String, kept: String?) {
        #expect(text.message() == kept)
    }

    @Test("and no longer than they may be", arguments: ["x", "é"])
    func length(letter: String) {
        #expect(String(repeating: letter, count: 1_001).message() == String(repeating: letter, count: 1_000))
        #expect(String(repeating: letter, count: 5).message(3) == String(repeating: letter, count: 3))
    }

    @Test(
        "what is logged of Zoom's words names no address",
        arguments: [
            ("Zoom says: guest1@example.org is unknown.", "Zoom says: (address) is unknown."),
            ("<a@b.c>, \"d@e.f\"", "<(address)>, \"(address)\""), ("no address", "no address"), ("@", "(address)"),
            ("", ""),
        ]
    )
    func withoutAddresses(text: String, logged: String) {
        #expect(text.withoutAddresses == logged)
    }
}

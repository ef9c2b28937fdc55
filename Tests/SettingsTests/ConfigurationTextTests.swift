import Testing

@testable import Settings

@Suite("The configuration file's notation")
struct ConfigurationTextTests {
    @Test("names, values, nesting, quotes and comments are read")
    func reading() throws {
        let text = """
            ---
            # a comment
            plan: pro   # another
            note: 'it''s: [fine] # here'
            path: "C:\\\\x \\"y\\" \\n"
            address: http://127.0.0.1:8080/v2
            profiles:
              one:
                # deeper
                plan: free

                credentials:
                  directory: /a b
              two:
                plan:   business
            last: x#y
            """
        let entries = try ConfigurationText(Array(text.utf8), file: "f").entries
        let values = entries.compactMap { entry in entry.value.map { "\(entry.name)@\(entry.line)=\($0)" } }
        #expect(
            values == [
                "plan@3=pro", "note@4=it's: [fine] # here", "path@5=C:\\x \"y\" \n",
                "address@6=http://127.0.0.1:8080/v2",
                "profiles.one.plan@10=free", "profiles.one.credentials.directory@13=/a b",
                "profiles.two.plan@15=business", "last@16=x#y",
            ]
        )
    }

    @Test("an empty file, a byte-order mark and Windows' line ends do no harm")
    func ends() throws {
        #expect(try ConfigurationText([], file: "f").entries.isEmpty)
        let text = "\u{FEFF}plan: pro\r\nrate: 3\r\n"
        #expect(try ConfigurationText(Array(text.utf8), file: "f").entries.map(\.value) == ["pro", "3"])
    }

    @Test(
        "what has another meaning in YAML, or none, is refused with its line",
        arguments: [
            ("plan: pro\n\tname: x", 2, "tab"), ("- plan", 1, "dash"), ("a: [1, 2]", 1, "begins with ["),
            ("a: {b: c}", 1, "begins with {"), ("a: &x 1", 1, "begins with &"), ("a: *x", 1, "begins with *"),
            ("a: !!str 1", 1, "begins with !"), ("a: |\n  text", 1, "begins with |"), ("a: >\n  b", 1, "begins with >"),
            ("a: b: c", 1, "colon"), ("a:b", 1, "space is missing"), ("plan", 1, "form"), ("a: 'b", 1, "not closed"),
            ("a: \"b\" c", 1, "after the closing quote"), ("a: \"\\d\"", 1, "backslash"), ("a: ~", 1, "no value"),
            ("a: null", 1, "no value"), ("a:", 1, "no value"), ("a:\nb: c", 1, "no value"),
            ("a: 1\nb: 2\na: 3", 3, "line 1 already"), ("a: 1\n  b: 2", 2, "belongs to no name"),
            ("p:\n  a: 1\n   b: 2", 3, "is not exactly below"), ("p:\n    a: 1\n  b: 2", 3, "exactly below"),
            ("a: 1\n---\nb: 2", 2, "form"), ("? a", 1, "form"), ("a: @x", 1, "begins with @"),
            ("a: %x", 1, "begins with %"),
        ]
    )
    func refusals(text: String, line: Int, reason: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try ConfigurationText(Array(text.utf8), file: "f")
        }
        #expect(error.faults.count == 1)
        #expect(error.faults[0].place == "f:\(line)")
        #expect(error.faults[0].sentence.contains(reason), "\(error)")
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() {
        #expect(throws: ConfigurationError.self) { try ConfigurationText([0x61, 0x3A, 0x20, 0xFF], file: "f") }
    }
}

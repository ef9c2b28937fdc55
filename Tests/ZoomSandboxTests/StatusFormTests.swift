import Testing
import ZoomModel

@testable import ZoomSandbox

@Suite("How the sandbox reads a status update")
struct StatusFormTests {
    private static let list = #"[{"id":"a","email":"a@example.org"},{"email":"b@example.org"}]"#

    private func multipart(_ registrants: String, action: String = "deny", extra: String = "") -> [UInt8] {
        Array(
            """
            --b\r
            Content-Disposition: form-data; name="action"\r
            \r
            \(action)\r
            --b\r
            Content-Disposition: form-data; name="registrants"\r
            \r
            \(registrants)\r
            \(extra)--b--\r

            """.utf8
        )
    }

    private static let multipartType = "multipart/form-data; boundary=b"

    @Test("JSON and multipart say the same")
    func both() throws {
        let json = try StatusForm(
            Array(#"{"action":"deny","registrants":\#(Self.list)}"#.utf8),
            contentType: "application/json"
        )
        let form = try StatusForm(multipart(Self.list), contentType: Self.multipartType)
        for read in [json, form] {
            #expect(read.action == "deny")
            #expect(
                read.registrants == [
                    NamedRegistrant(id: "a", email: "a@example.org"), NamedRegistrant(email: "b@example.org"),
                ]
            )
        }
    }

    @Test("the word before the list, as Zoom's own sample has it, is refused")
    func sampleDefect() {
        #expect(throws: StatusForm.Refused.self) {
            try StatusForm(multipart("deny\(Self.list)"), contentType: Self.multipartType)
        }
    }

    @Test(
        "what is not a whole form is refused",
        arguments: [
            "", "--b", "--b\r\n\r\n--b--", "action=deny",
            "--c\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\nx\r\n--c--",
        ]
    )
    func broken(text: String) {
        #expect(throws: StatusForm.Refused.self) { try StatusForm(Array(text.utf8), contentType: Self.multipartType) }
    }

    @Test("another type of body is refused with 415")
    func type() {
        let refused = #expect(throws: StatusForm.Refused.self) {
            try StatusForm(Array("action=deny".utf8), contentType: "application/x-www-form-urlencoded")
        }
        #expect(refused?.answer.status == 415)
        #expect(throws: StatusForm.Refused.self) { try StatusForm([], contentType: nil) }
    }

    @Test(
        "JSON of another shape is refused",
        arguments: ["", "{}", "[]", #"{"action":"deny"}"#, #"{"action":1,"registrants":[]}"#]
    )
    func shape(text: String) {
        #expect(throws: StatusForm.Refused.self) { try StatusForm(Array(text.utf8), contentType: "application/json") }
    }

    @Test("fields of an address are decoded once, and broken ones are not guessed")
    func fields() {
        #expect(URLFields.read("a=1&b=x%20y%26z&c&a=2") == ["a": "1", "b": "x y&z", "c": ""])
        #expect(URLFields.decoded("%") == nil)
        #expect(URLFields.decoded("%G1") == nil)
        #expect(URLFields.decoded("%FF") == nil)
    }
}

import Testing

@testable import Zoom

@Suite("Reading the body of an answer")
struct AnswerBodyTests {
    private func body(_ text: String, type: String? = "application/json", isWhole: Bool = true) -> AnswerBody {
        AnswerBody(Array(text.utf8), contentType: type, isWhole: isWhole)
    }

    @Test("Zoom's code and message are taken, word for word")
    func plain() {
        let body = body(#"{"code":3001,"message":"Meeting does not exist: 85123456789."}"#)
        #expect(body.form == .json)
        #expect(body.code == 3001)
        #expect(body.message == "Meeting does not exist: 85123456789.")
    }

    @Test("the errors of single fields follow the message")
    func errors() {
        let text =
            #"{"code":300,"message":"Validation Failed.","errors":[{"field":"registrants","message":"Invalid."}]}"#
        #expect(body(text).message == "Validation Failed. [registrants: Invalid.]")
    }

    @Test(
        "a code is read as a number and as text, and nothing else is taken for one",
        arguments: [
            (#"{"code":"4711"}"#, 4711), (#"{"code":4711}"#, 4711), (#"{"code":null}"#, nil), (#"{"code":[1]}"#, nil),
            (#"{"code":"no"}"#, nil), (#"{}"#, nil),
        ] as [(String, Int?)]
    )
    func code(text: String, code: Int?) {
        #expect(body(text).code == code)
        #expect(body(text).form == .json)
    }

    @Test("the token endpoint's reason is a message too")
    func reason() {
        #expect(body(#"{"reason":"Invalid client_id","error":"invalid_client"}"#).message == "Invalid client_id")
        #expect(body(#"{"error":"invalid_client"}"#).message == "invalid_client")
    }

    @Test("errors of odd shapes are left out and spoil nothing")
    func oddErrors() {
        #expect(body(#"{"message":"No.","errors":"several"}"#).message == "No.")
        #expect(body(#"{"message":"No.","errors":[{"field":7},{"message":"x"}]}"#).message == "No. [x]")
    }

    @Test("what is not a JSON object is text, HTML or nothing")
    func forms() {
        #expect(body("").form == .empty)
        #expect(body(" \n\t ").form == .empty)
        #expect(body("[1,2]").form == .text)
        #expect(body(#"{"code":300,"#).form == .text)
        #expect(body("Bad Gateway", type: nil).form == .text)
        #expect(body("<!DOCTYPE html><p>Blocked", type: nil).form == .html)
        #expect(body("Blocked", type: "Text/HTML; charset=utf-8").form == .html)
        #expect(body(#"{"code":1}"#, type: "text/html").code == 1)
    }

    @Test("of a body that was cut short nothing is believed but its text")
    func tooLarge() {
        let body = body(#"{"code":3001,"message":"no"}"#, isWhole: false)
        #expect(body.form == .tooLarge)
        #expect(body.code == nil)
    }

    @Test("a message brings no control characters, and no more than a bounded length")
    func cleaned() throws {
        let message = try #require(body(#"{"message":"a\u001b[31m\u0007\r\n\u2028b\u202Ec"}"#).message)
        #expect(message == "a [31m b c")
        let long = try #require(body(#"{"message":""# + String(repeating: "é", count: 5_000) + #""}"#).message)
        #expect(long.unicodeScalars.count == 1_000)
    }

    @Test("bytes that are not UTF-8 do not end anything")
    func notUTF8() {
        let body = AnswerBody([0xFF, 0xFE, 0x41], contentType: nil, isWhole: true)
        #expect(body.form == .text)
        #expect(body.message?.hasSuffix("A") == true)
    }

    @Test("a JSON bomb of brackets is refused without harm")
    func nested() {
        #expect(body(String(repeating: "[", count: 60_000)).form == .text)
        #expect(body(#"{"a":"# + String(repeating: "{\"a\":", count: 10_000)).form == .text)
    }
}

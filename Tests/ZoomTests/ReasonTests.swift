import Testing

@testable import Zoom

@Suite("Reasons")
struct ReasonTests {
    private static let sentences = [
        "The meeting is over.", "Ask \"HTTP\" (or nobody)", "Wait (HTTP is slow).", "one; two (HTTP 404) three", "",
    ]
    private static let answers: [(status: Int, code: Int?, message: String?)] = [
        (404, 3001, "Meeting does not exist: 84512093377."), (404, nil, nil), (400, 300, nil),
        (429, nil, "Slow (HTTP 1)"),
        (500, -1, ":) (HTTP 404, code 3: x)"), (400, 300, ""),
    ]

    @Test("what is put together is taken apart again", arguments: sentences)
    func inverse(sentence: String) {
        for answer in Self.answers {
            let reason = Reason(sentence, status: answer.status, code: answer.code, message: answer.message)
            #expect(Reason(reason.description) == reason)
        }
    }

    @Test(
        "a text without an answer at its end is a sentence as a whole",
        arguments: sentences + [
            "No token. (zoom.us gave no token (HTTP 500).)", "Sent elsewhere (HTTP 301), which is not followed.",
            "(HTTP 404)", "It is over. (HTTP 404", "not sent (HTTP x)",
        ]
    )
    func whole(text: String) {
        let reason = Reason(text)
        #expect(reason.sentence == text && reason.detail == nil)
        #expect(reason.description == text)
    }

    @Test("staff and administrators each get their part")
    func parts() {
        let reason = Reason("It is over. (HTTP 404, code 3001: gone)")
        #expect(reason.sentence == "It is over.")
        #expect(reason.detail == "HTTP 404, code 3001: gone")
    }
}

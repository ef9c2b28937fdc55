import Foundation
import NIOHTTP1
import Testing

@testable import Zoom

@Suite("Zoom's answer to the request for a token")
struct TokenRequestTests {
    private let request = TokenRequest(
        url: .zoomToken,
        accountID: "acc",
        clientID: "cli",
        clientSecret: Secret("hush-hush")
    )
    private let asked = Date(timeIntervalSince1970: 1_000)

    private func read(_ status: Int, _ body: String, type: String = "application/json", isWhole: Bool = true) -> Result<
        AccessToken, RequestFailure
    > {
        let raw = RawAnswer(status: status, headers: ["Content-Type": type], body: Array(body.utf8), isWhole: isWhole)
        return request.read(raw, asked: asked)
    }

    private func cause(_ result: Result<AccessToken, RequestFailure>) -> RequestFailure.Cause? {
        if case .failure(let failure) = result { failure.cause } else { nil }
    }

    @Test("a token is taken with its expiry, counted from the question, and its scopes")
    func granted() throws {
        let token = try read(
            200,
            #"{"access_token":"t","token_type":"bearer","expires_in":3600,"scope":"a b,c"}"#
        ).get()
        #expect(token.secret == Secret("t"))
        #expect(token.expiry == Date(timeIntervalSince1970: 4_600))
        #expect(token.scopes == ["a", "b", "c"])
        #expect(try read(200, #"{"access_token":"t","expires_in":"60"}"#).get().expiry == asked.addingTimeInterval(60))
        #expect(try read(200, #"{"access_token":"t"}"#).get().expiry == nil)
    }

    @Test(
        "a token that could not stand in a header, or is none, is not taken",
        arguments: [
            #"{"access_token":""}"#, #"{"access_token":"a b"}"#, #"{"access_token":"a\r\nX: y"}"#,
            #"{"access_token":7}"#,
            #"{"token":"t"}"#, #"{"access_token":"é"}"#, #"{"access_token":"t","expires_in":0}"#, "", "t",
            #"{"access_token":"\#(String(repeating: "t", count: 20_000))"}"#,
        ]
    )
    func unusable(body: String) {
        #expect(cause(read(200, body)) == .tokenUnavailable)
    }

    @Test("half an answer is no token")
    func cut() {
        #expect(cause(read(200, #"{"access_token":"t"}"#, isWhole: false)) == .tokenUnavailable)
    }

    @Test("a refusal of the credentials is told from trouble of the server", arguments: [400, 401, 403, 404])
    func refused(status: Int) {
        #expect(cause(read(status, #"{"reason":"Invalid client","error":"x"}"#)) == .credentialsRefused)
        #expect(cause(read(status, "<html>blocked", type: "text/html")) == .tokenUnavailable)
    }

    @Test("a redirect is not followed: it means that the address is wrong", arguments: [301, 302, 307, 308])
    func redirect(status: Int) {
        #expect(cause(read(status, "")) == .credentialsRefused)
    }

    @Test("trouble may pass", arguments: [408, 429, 500, 502, 503, 204])
    func trouble(status: Int) {
        #expect(cause(read(status, "")) == .tokenUnavailable)
    }

    @Test("a server that repeats the secret does not bring it into a message")
    func masked() {
        guard case .failure(let failure) = read(401, #"{"reason":"hush-hush is wrong, hush-hush!"}"#) else {
            Issue.record("refused credentials gave a token")
            return
        }
        #expect(!failure.detail.contains("hush"))
        #expect(failure.detail.contains("(secret) is wrong, (secret)!"))
    }

    @Test("nor does one that repeats the header which holds it, however long the message is")
    func maskedHeader() {
        let basic = Data("\(request.clientID):hush-hush".utf8).base64EncodedString()
        let padding = String(repeating: "x", count: 990)
        for message in ["Authorization: Basic \(basic)", "\(padding)\(basic)", "\(padding)hush-hush"] {
            guard case .failure(let failure) = read(401, #"{"reason":"\#(message)"}"#) else {
                Issue.record("refused credentials gave a token")
                return
            }
            #expect(!failure.detail.contains(basic.prefix(8)) && !failure.detail.contains("hush"))
        }
    }
}

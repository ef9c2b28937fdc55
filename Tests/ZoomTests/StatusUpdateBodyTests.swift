import Decisions
import Foundation
import Testing

@testable import Zoom

@Suite("What a status update looks like")
struct StatusUpdateBodyTests {
    private func update(_ action: Action = .deny) throws -> StatusUpdate {
        let registrants = [
            Registrant(id: "in \"ad\" ut", email: "nulla@example.org"), Registrant(id: "é/1", email: nil),
            Registrant(id: nil, email: "o'hara@example.org"),
        ]
        return StatusUpdate(target: try Some.target(), action: action, registrants: registrants.compactMap(\.self))
    }

    @Test("JSON names the action and each registrant by what is known of it, in order", arguments: Action.allCases)
    func json(action: Action) throws {
        let (type, bytes) = try update(action).body(.json, boundary: "never")
        #expect(type == "application/json")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text
                == #"{"action":"\#(action.rawValue)","registrants":[{"email":"nulla@example.org","id":"in \"ad\" ut"},"#
                + #"{"id":"é/1"},{"email":"o'hara@example.org"}]}"#
        )
    }

    @Test("multipart has the two fields, and no word before the list as Zoom's own sample has")
    func multipart() throws {
        let (type, bytes) = try update().body(.multipart, boundary: "b0undary")
        #expect(type == "multipart/form-data; boundary=b0undary")
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "--b0undary\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\ndeny\r\n"
                + "--b0undary\r\nContent-Disposition: form-data; name=\"registrants\"\r\n\r\n"
                + #"[{"email":"nulla@example.org","id":"in \"ad\" ut"},{"id":"é/1"},{"email":"o'hara@example.org"}]"#
                + "\r\n--b0undary--\r\n"
        )
    }

    @Test("whatever a name holds, a reader of JSON gets it back as it was")
    func escaping() throws {
        struct Person: Decodable, Equatable { let id: String }
        struct Body: Decodable { let registrants: [Person] }
        let controls = (0..<0x20).compactMap { Unicode.Scalar($0).map(String.init) }.joined()
        let names = ["\(controls)x", #"a"b\c/d"#, "\u{7F}\u{2028}\u{FEFF}", "名前👩‍👩‍👧 שלום", ""]
        let update = StatusUpdate(
            target: try Some.target(),
            action: .approve,
            registrants: names.compactMap { Registrant(id: $0, email: nil) }
        )
        let (_, bytes) = update.body(.json, boundary: "never")
        let read = try JSONDecoder().decode(Body.self, from: Data(bytes))
        #expect(read.registrants.map(\.id) == names.filter { !$0.isEmpty })
    }

    @Test("the path names meeting or webinar, and the occurrence percent-encoded")
    func paths() throws {
        #expect(try Some.update(ids: ["a"]).path == "/meetings/85123456789/registrants/status")
        #expect(
            try Some.update(ids: ["a"], kind: .webinar, occurrence: "quis officia&é").path
                == "/webinars/85123456789/registrants/status?occurrence_id=quis%20officia%26%C3%A9"
        )
    }

    @Test("a listing asks for full pages, and carries page token and occurrence percent-encoded")
    func listing() throws {
        var query = RegistrantQuery(target: try Some.target(.webinar, occurrence: "1 2"), status: .denied)
        #expect(query.path == "/webinars/85123456789/registrants?status=denied&page_size=300&occurrence_id=1%202")
        query.pageToken = "a+b="
        query.pageSize = 1_000
        #expect(query.path.contains("&page_size=300&next_page_token=a%2Bb%3D&"))
    }
}

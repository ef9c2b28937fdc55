import Decisions
import Foundation
import Testing
import Zoom
import ZoomModel
import ZoomSandbox

@Suite("Sending a status update")
struct SendingTests {
    @Test("a good batch is answered with 204, in both encodings", arguments: BodyEncoding.allCases)
    func goodBatch(encoding: BodyEncoding) async throws {
        var options = SandboxOptions()
        options.isOpen = true
        let audit = FileManager.default.temporaryDirectory.appending(path: "usher-audit-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: audit) }
        options.auditPath = audit.path
        try await withSandbox(options) { sandbox in
            let update = try Some.update(
                ids: ["a", "b"],
                emails: ["c@example.org"],
                action: .deny,
                occurrence: "x y/z&é"
            )
            let reply = try await withClient(of: sandbox, encoding: encoding) { await $0.send(update) }
            #expect(AnswerTable.disposition(for: reply, to: update).nextStep == .applied)
            #expect(sandbox.status(of: NamedRegistrant(id: "b"), "85123456789", occurrence: "x y/z&é") == .denied)
            let types = try String(contentsOf: audit, encoding: .utf8).matches(of: #/"content_?[tT]ype" ?: ?"([^"]+)"/#)
            let type = encoding == .json ? "application/json" : "multipart/form-data"
            #expect(types.map { String($0.1).replacing("\\", with: "") } == [type])
        }
    }
}

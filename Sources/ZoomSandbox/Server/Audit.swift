import Files
import Glibc
import ZoomModel

/// The audit file: each line is written whole and at once, so readers never see half a line.
final class AuditFile: Sendable {
    private let file: FileDescriptor

    /// Opens or creates the file; only its owner may read it, because it names registrants.
    init(path: String) throws(SandboxError) {
        file = FileDescriptor(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600))
        guard file.number >= 0 else { throw .audit(path, SystemError().description) }
    }

    deinit { file.close() }

    /// Appends a line; returns once the system has it, so that killing the sandbox loses nothing.
    func append(_ line: [UInt8]) throws(SandboxError) {
        do throws(SystemError) {
            try file.write(line)
        } catch {
            throw .audit("the audit file", error.description)
        }
    }
}

/// One request and its effect, as the audit file records it.
struct AuditLine: Encodable {
    var seq = 0
    /// When it arrived, to the millisecond.
    var time = ""
    var method = ""
    var path = ""
    var kind: SandboxKind?
    var target: String?
    var occurrence: String?
    var action: String?
    var registrants: [NamedRegistrant] = []
    /// The body's type without its parameters.
    var contentType: String?
    /// The HTTP status of the answer; nil if there was none.
    var status: Int?
    var code: Int?
    /// The ids, or else the emails, of the registrants whose status this request set.
    var applied: [String] = []
    var fault: String?
    /// Tells tokens apart without keeping them.
    var token: String?

    /// The line with its line end.
    var bytes: [UInt8] { SandboxAnswer.bytes(self) + [0x0A] }
}

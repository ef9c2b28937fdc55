import Files
import Glibc

/// The audit file: each line is written at once and whole, so a reader never sees half of one.
final class AuditFile: Sendable {
    private let file: FileDescriptor

    /// Opens or makes the file; only its owner may read it, for it names registrants.
    init(path: String) throws(SandboxError) {
        file = FileDescriptor(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600))
        guard file.number >= 0 else { throw .audit(path, SystemError().description) }
    }

    deinit { file.close() }

    /// Appends a line; returns when the system has it, so that killing the sandbox loses nothing.
    func append(_ line: [UInt8]) throws(SandboxError) {
        do throws(SystemError) {
            try file.write(line)
        } catch {
            throw .audit("the audit file", error.description)
        }
    }
}

/// One request and what it did, as the audit file keeps it.
struct AuditLine {
    var seq = 0
    /// When it came in, in seconds since 1970.
    var time = 0.0
    var method = ""
    var path = ""
    var kind: SandboxKind?
    var target: String?
    var occurrence: String?
    var action: String?
    var registrants: [NamedRegistrant] = []
    /// The body's type without its parameters.
    var contentType: String?
    /// The HTTP status of the answer, or nil if there was none.
    var status: Int?
    var code: Int?
    /// The ids, or without one the emails, of those whose status this request set.
    var applied: [String] = []
    var fault: String?
    /// Tells tokens apart without keeping them.
    var token: String?

    /// The line with its end.
    var bytes: [UInt8] {
        var json = JSONText()
        json.object { json in
            json.field("seq", seq)
            json.field("time", UTCText(time).isoWithMilliseconds)
            json.field("method", method)
            json.field("path", path)
            if let kind { json.field("kind", kind.rawValue) }
            if let target { json.field("target", target) }
            if let occurrence { json.field("occurrence", occurrence) }
            if let action { json.field("action", action) }
            json.array("registrants", registrants) { json, registrant in
                json.object { json in
                    if let id = registrant.id { json.field("id", id) }
                    if let email = registrant.email { json.field("email", email) }
                }
            }
            if let contentType { json.field("contentType", contentType) }
            if let status { json.field("status", status) }
            if let code { json.field("code", code) }
            json.array("applied", applied) { $0.element($1) }
            if let fault { json.field("fault", fault) }
            if let token { json.field("token", token) }
        }
        return json.bytes + [0x0A]
    }
}

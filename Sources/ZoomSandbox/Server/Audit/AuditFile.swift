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

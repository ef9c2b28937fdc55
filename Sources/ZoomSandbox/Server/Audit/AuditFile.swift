import Glibc

/// The audit file: each line is written at once and whole, so a reader never sees half of one.
final class AuditFile: Sendable {
    private let descriptor: CInt

    /// Opens or makes the file; only its owner may read it, for it names registrants.
    init(path: String) throws(SandboxError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .audit(path, String(cString: strerror(errno))) }
    }

    deinit {
        close(descriptor)
    }

    /// Appends a line; returns when the system has it, so that killing the sandbox loses nothing.
    func append(_ line: [UInt8]) throws(SandboxError) {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw .audit("the audit file", String(cString: strerror(errno)))
            }
        }
    }
}

/// Why the sandbox can't run.
package enum SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The audit file can't be written: its path and the reason.
    case audit(String, String)
    /// The port can't be had: its number and the reason.
    case port(Int, String)
    /// The seed file can't be read: its path and the reason.
    case seed(String, String)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .audit(let path, let reason): "Can't write the audit file \(path): \(reason). Choose another with --audit."
        case .port(let port, let reason): "Can't listen on port \(port): \(reason). Choose another with --port."
        case .seed(let path, let reason): "Can't read the seed \(path): \(reason)."
        }
    }
}

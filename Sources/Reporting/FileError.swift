internal import Glibc

/// A results or report file that could not be written.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// The operating system's error number.
    public let code: Int32

    /// Wraps an error number.
    public init(path: String, code: Int32) {
        self.path = path
        self.code = code
    }

    /// What happened, where, and what to do.
    public var description: String {
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "Make room on that disk"
            case EACCES, EPERM, EROFS: "Check the permissions of that directory, or name another one with --results"
            case ENOENT, ENOTDIR: "Make that directory, or name another one with --results"
            default: "Check that disk"
            }
        return """
            \(path) could not be written (\(String(cString: strerror(code)))). The journal has everything: \(advice), \
            then run `usher results`, or the same command again.
            """
    }
}

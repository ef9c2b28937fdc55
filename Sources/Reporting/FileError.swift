internal import Glibc

/// A file of results, of figures or with a report that could not be written.
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
            case EACCES, EPERM, EROFS: "Check the permissions of that directory, or name another one"
            case ENOENT, ENOTDIR: "Make that directory, or name another one"
            default: "Check that disk"
            }
        return """
            \(path) could not be written (\(String(cString: strerror(code)))). The journal has everything: \(advice), \
            then run the same command again, or `usher results`.
            """
    }
}

public import Glibc

/// Why the operating system did not do what it was asked for.
public struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error number: ENOENT and the like.
    public let code: Int32

    /// Takes the error number of the call that has just failed, or another one.
    public init(code: Int32 = errno) { self.code = code }

    /// The system's words for it, without a full stop.
    public var description: String { String(cString: strerror(code)) }
}

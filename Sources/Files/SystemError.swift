import Glibc

/// Why the operating system did not do what it was asked for.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error number: ENOENT and the like.
    package let code: Int32

    /// Takes the error number of the call that has just failed, or another one.
    package init(code: Int32 = errno) { self.code = code }

    /// The system's words for it, without a full stop.
    package var description: String { String(cString: strerror(code)) }
}

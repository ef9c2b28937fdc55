import CSQLite

/// How a call to the operating system fails.
package enum Fault: Sendable, CaseIterable {
    /// The disk could not do it.
    case ioError
    /// There is no room left.
    case full

    /// The result code for a call whose own I/O error is `ioCode`.
    func code(ioCode: Int32) -> Int32 {
        switch self {
        case .ioError: ioCode
        case .full: SQLITE_FULL
        }
    }
}

/// Which calls are counted, and so may fail.
package enum FaultyCalls: Sendable, CaseIterable {
    /// Those that open, write, cut, flush and delete files.
    case changing
    /// Those that read files.
    case reading
}

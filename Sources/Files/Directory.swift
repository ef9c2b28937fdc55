import Glibc

/// What there is to know of directories.
package enum Directory {
    /// The directory in which a path lies; `.` for a name alone.
    package static func parent(of path: String) -> String {
        // Byte by byte: a name may begin with a mark that makes one character with the slash before it.
        guard let slash = path.utf8.lastIndex(of: slash) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    package static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: slash) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    private static let slash = UInt8(ascii: "/")

    /// Hands out the names in a directory as they are stored, `.` and `..` among them, in no order.
    ///
    /// - Throws: `SystemError` where there is none or it may not be read.
    package static func forEachName(in path: String, _ body: (UnsafeRawBufferPointer) -> Void) throws(SystemError) {
        guard let stream = opendir(path) else { throw SystemError() }
        forEachName(in: stream, body)
    }

    /// The same for a directory that is open.
    package static func forEachName(
        in directory: FileDescriptor,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) {
        let own = openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = fdopendir(own) else { throw SystemError() }
        forEachName(in: stream, body)
    }

    private static func forEachName(in stream: OpaquePointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                body(UnsafeRawBufferPointer(rebasing: bytes.prefix { $0 != 0 }))
            }
        }
    }

    /// The names in a directory, `.` and `..` among them, in no order. What is not UTF-8 in them is U+FFFD.
    ///
    /// - Throws: `SystemError` where there is none or it may not be read.
    package static func names(in path: String) throws(SystemError) -> [String] {
        var names: [String] = []
        try forEachName(in: path) { names.append(String(decoding: $0, as: UTF8.self)) }
        return names
    }
}

/// A path, or a name in a directory, as the system tells it from others: by its bytes.
///
/// Swift takes texts for equal that Unicode takes for equal, such as an "é" of one piece and one of two, and so would take one
/// file for another. Anyone who compares names, sorts them or looks one up does so by this.
package struct PathKey: Sendable, Hashable, Comparable {
    private let bytes: [UInt8]

    package init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// The order of the bytes.
    package static func < (one: PathKey, other: PathKey) -> Bool { one.bytes.lexicographicallyPrecedes(other.bytes) }
}

import Glibc

/// Paths and directory listings.
package enum Directory {
    /// The directory of a path; `.` for a name alone.
    package static func parent(of path: String) -> String {
        // Byte by byte: a name may begin with a mark that combines with the slash before it into one character.
        guard let slash = path.utf8.lastIndex(of: slash) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    package static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: slash) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    /// A path with links resolved; nil if nothing is there.
    package static func resolved(_ path: String) -> String? {
        realpath(path, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
    }

    private static let slash = UInt8(ascii: "/")

    /// Passes on the names in a directory as stored, including `.` and `..`, in no order.
    ///
    /// - Throws: `SystemError` if it does not exist or may not be read.
    package static func forEachName(in path: String, _ body: (UnsafeRawBufferPointer) -> Void) throws(SystemError) {
        guard let stream = opendir(path) else { throw SystemError() }
        forEachName(in: stream, body)
    }

    /// The same for an open directory.
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

    /// The names in a directory, including `.` and `..`, in no order. What is not UTF-8 in them becomes U+FFFD.
    ///
    /// - Throws: `SystemError` if it does not exist or may not be read.
    package static func names(in path: String) throws(SystemError) -> [String] {
        var names: [String] = []
        try forEachName(in: path) { names.append(String(decoding: $0, as: UTF8.self)) }
        return names
    }
}

/// A path, or a name in a directory, compared as the system does: by its bytes.
///
/// Swift strings are equal if Unicode considers them equivalent, such as a composed and a decomposed "é", and so would
/// confuse two files. Use this to compare, sort or look up names.
package struct PathKey: Sendable, Hashable, Comparable {
    private let bytes: [UInt8]

    package init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// Orders by bytes.
    package static func < (one: PathKey, other: PathKey) -> Bool { one.bytes.lexicographicallyPrecedes(other.bytes) }
}

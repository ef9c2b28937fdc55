internal import Glibc

/// What there is to know of directories.
public enum Directory {
    /// The directory in which a path lies; `.` for a name alone.
    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Hands out the names in a directory as they stand there, `.` and `..` among them, in no order.
    ///
    /// - Throws: `SystemError` where there is none or it may not be read.
    public static func forEachName(in path: String, _ body: (UnsafeRawBufferPointer) -> Void) throws(SystemError) {
        guard let stream = opendir(path) else { throw SystemError() }
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
    public static func names(in path: String) throws(SystemError) -> [String] {
        var names: [String] = []
        try forEachName(in: path) { names.append(String(decoding: $0, as: UTF8.self)) }
        return names
    }
}

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// What a person reads: results on standard output, trouble on standard error.
enum Output {
    /// A line on standard output.
    static func say(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// Text on standard output as it is.
    static func write(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// A line on standard error. systemd's journal is told that it is an error (`sd-daemon(3)`).
    static func complain(_ line: String) {
        let priority = Environment.value("JOURNAL_STREAM") == nil ? "" : "<3>"
        write("\(priority)usher: \(line)\n", to: STDERR_FILENO)
    }

    /// Ends the process at once.
    static func end(_ code: Int32) -> Never { exit(code) }

    static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // A closed pipe (`usher status | head`) is the reader's choice, and no reason to fail.
                return
            }
        }
    }
}

/// `write(2)`, out of reach of the methods of the same name.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

internal import Reporting
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// What a person reads: results on standard output, trouble on standard error.
enum Output {
    /// What is drawn at the bottom of the terminal while something goes on. Every line of text makes it step aside; it is
    /// drawn again a moment later.
    private static let display = Mutex<ProgressDisplay?>(nil)

    /// Does something while a display is drawn, and takes the display away however that ends.
    static func showing<Result>(_ display: ProgressDisplay, _ body: () async throws -> Result) async rethrows -> Result
    {
        Self.display.withLock { $0 = display }
        defer { endDisplay() }
        return try await body()
    }

    private static func endDisplay() {
        display.withLock { shown in
            shown?.end()
            shown = nil
        }
    }

    /// A line on standard output.
    static func say(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// Text on standard output as it is.
    static func write(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// A line on standard error.
    static func complain(_ line: String) { write("usher: \(line)\n", to: STDERR_FILENO) }

    /// Ends the process at once.
    static func end(_ code: Int32) -> Never {
        endDisplay()
        exit(code)
    }

    static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        display.withLock { $0?.clear() }
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

// swift-format-ignore-file: NeverForceUnwrap
// Because: a buffer that holds bytes has an address.

internal import Glibc

/// A spreadsheet's bytes, which can be read again and again. The file is opened once, so that all passes see the same one
/// even where its name is given to another meanwhile.
public final class SpreadsheetSource: Sendable {
    /// The file as the user named it; `standard input` for that.
    public let name: String
    /// The file's absolute path; nil for standard input.
    public let path: String?
    /// Whether somebody named this very file, and not only the directory in which it was found.
    public let wasNamed: Bool
    private let descriptor: Int32
    private let opened: Stamp

    private struct Stamp: Equatable, Sendable {
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        init(_ status: stat) {
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    /// How many bytes there are.
    public var size: Int { opened.size }

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - given: Its path.
    ///   - wasNamed: False where it was found in a directory.
    ///   - followsLinks: Whether the name may be that of a symbolic link. Where others may write into the directory it
    ///     must not, lest they have a file read that only this user may read.
    /// - Throws: `SpreadsheetError` where there is none, or it is not a file, or may not be read.
    public init(path given: String, wasNamed: Bool = true, followsLinks: Bool = true) throws(SpreadsheetError) {
        name = given
        self.wasNamed = wasNamed
        // Without O_NONBLOCK a pipe of that name would be waited for; files don't care.
        descriptor = open(given, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else { throw Self.failure(given, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw Self.failure(given, code)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw SpreadsheetError(
                name: given,
                status.st_mode & S_IFMT == S_IFDIR
                    ? "This is a directory. Name the spreadsheets in it, or use --inbox."
                    : "This is not a file. Name a CSV file, or use - for standard input."
            )
        }
        opened = Stamp(status)
        path = realpath(given, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
    }

    /// Takes all of standard input, by way of a temporary file without a name.
    ///
    /// - Throws: `SpreadsheetError`.
    public init(standardInput input: Int32) throws(SpreadsheetError) {
        name = "standard input"
        path = nil
        wasNamed = true
        var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/usher.XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Self.failure(name, errno) }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        do {
            try Self.copy(from: input, to: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        var status = stat()
        fstat(descriptor, &status)
        opened = Stamp(status)
    }

    deinit { close(descriptor) }

    /// Reads bytes from a position; fewer than asked for only at the end.
    ///
    /// - Throws: `SpreadsheetError` where the disk fails.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SpreadsheetError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure(name, errno)
            }
            done += count
        }
        return done
    }

    /// Whether the file is still as it was when it was opened.
    public var isUnchanged: Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && Stamp(status) == opened
    }

    private static func copy(from input: Int32, to output: Int32) throws(SpreadsheetError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Self.read(input, &buffer)
            if count == 0 { return }
            guard count > 0 else { throw failure("standard input", errno) }
            var start = 0
            while start < count {
                let written = buffer.withUnsafeBytes { write(output, $0.baseAddress! + start, count - start) }
                guard written > 0 || errno == EINTR else { throw failure("standard input", errno) }
                start += max(written, 0)
            }
        }
    }

    private static func read(_ input: Int32, _ buffer: inout [UInt8]) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { systemRead(input, $0) }
            if count >= 0 || errno != EINTR { return count }
        }
    }

    private static func failure(_ name: String, _ code: Int32) -> SpreadsheetError {
        let reason = String(cString: strerror(code))
        return switch code {
        case ENOENT: SpreadsheetError(name: name, "There is no such file. Check the name and the directory.")
        case EACCES, EPERM:
            SpreadsheetError(name: name, "This user may not read the file (\(reason)). Check its permissions.")
        case ELOOP: SpreadsheetError(name: name, "This is a link. Name the file itself.")
        case ENOSPC: SpreadsheetError(name: name, "The disk for temporary files is full. Make room and run it again.")
        default: SpreadsheetError(name: name, "The file could not be read (\(reason)).")
        }
    }
}

/// `read(2)`, out of reach of the methods of the same name.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}

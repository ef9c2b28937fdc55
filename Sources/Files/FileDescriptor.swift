// swift-format-ignore-file: NeverForceUnwrap
// Because: a buffer that holds bytes has an address.

import Glibc

/// An open file, by its descriptor number. The code that opened it closes it.
///
/// Repeats calls that a signal interrupts.
package struct FileDescriptor: Sendable, Hashable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    /// Opens a file for reading where anyone may have put something: follows no link, and waits for nobody. The number is
    /// negative if it can't be opened; `errno` says why.
    package init(reading path: String) {
        self.init(open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY))
    }

    package static var temporaryDirectory: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

    /// Creates an unnamed temporary file: others can't open it, and it is gone when closed.
    ///
    /// - Throws: `SystemError` if there is no room, or TMPDIR (else `/tmp`) is not writable.
    package static func temporary() throws(SystemError) -> FileDescriptor {
        var template = Array("\(temporaryDirectory)/usher.XXXXXX".utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { throw SystemError() }
        unlink(template)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        return FileDescriptor(number)
    }

    package func close() { systemClose(number) }

    /// Writes all of the bytes.
    ///
    /// - Throws: `SystemError`; some of the bytes may have been written by then.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = systemWrite(number, UnsafeRawBufferPointer(rebasing: rest))
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Another process that shares the terminal or pipe may have made it non-blocking.
                var wanted = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                poll(&wanted, 1, -1)
            } else if errno != EINTR {
                throw SystemError()
            }
        }
    }

    /// Writes all of the bytes.
    ///
    /// - Throws: `SystemError`; some of the bytes may have been written by then.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        let failure: SystemError? = bytes.withUnsafeBytes { bytes in
            do throws(SystemError) {
                try write(bytes)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Reads the next bytes, at most as many as fit. Returns their number; 0 at the end.
    ///
    /// - Throws: `SystemError`.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        while true {
            let count = systemRead(number, buffer)
            if count >= 0 { return count }
            if errno != EINTR { throw SystemError() }
        }
    }

    /// The next bytes as text, at most `limit`; nil if they can't be read.
    package func text(_ limit: Int = 4_096) -> String? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit, alignment: 1)
        defer { buffer.deallocate() }
        return (try? read(into: buffer)).map { String(decoding: buffer[..<$0], as: UTF8.self) }
    }

    /// Reads from a position until the buffer is full. Returns the number of bytes, less than the buffer's size only at
    /// the end.
    ///
    /// - Throws: `SystemError`.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(number, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if count == 0 { break }
            if count > 0 {
                done += count
            } else if errno != EINTR {
                throw SystemError()
            }
        }
        return done
    }
}

// The system calls, out of reach of the methods of the same names.

private func systemClose(_ descriptor: Int32) { close(descriptor) }

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

/// Why an operating-system call failed.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error number: ENOENT and the like.
    package let code: Int32

    /// Takes the error number of the call that has just failed, or another one.
    package init(code: Int32 = errno) { self.code = code }

    /// The system's description, without a full stop.
    package var description: String { String(cString: strerror(code)) }
}

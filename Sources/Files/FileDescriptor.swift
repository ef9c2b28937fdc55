// swift-format-ignore-file: NeverForceUnwrap
// Because: a buffer that holds bytes has an address.

import Glibc

/// An open file, by the number under which the operating system knows it. Who opened it closes it.
///
/// A call that a signal interrupts is made again.
package struct FileDescriptor: Sendable, Hashable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    package static var temporaryDirectory: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

    /// Makes a temporary file that has no name, so that nobody else can open it and it is gone when it is closed.
    ///
    /// - Throws: `SystemError` where there is no room, or TMPDIR (else `/tmp`) can't be written to.
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
    /// - Throws: `SystemError`; then some of the bytes may be written.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = systemWrite(number, UnsafeRawBufferPointer(rebasing: rest))
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Anyone who shares a terminal or a pipe with us may have set it so that nobody waits for it.
                var wanted = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                poll(&wanted, 1, -1)
            } else if errno != EINTR {
                throw SystemError()
            }
        }
    }

    /// Writes all of the bytes.
    ///
    /// - Throws: `SystemError`; then some of the bytes may be written.
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

    /// Reads what comes next, at most as much as there is room. Returns how many bytes; 0 at the end.
    ///
    /// - Throws: `SystemError`.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        while true {
            let count = systemRead(number, buffer)
            if count >= 0 { return count }
            if errno != EINTR { throw SystemError() }
        }
    }

    /// Reads from a position until the buffer is full. Returns how many bytes; fewer than there is room only at the end.
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

// The system's calls, out of reach of the methods of the same names.

private func systemClose(_ descriptor: Int32) { close(descriptor) }

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

/// Why the operating system did not do what it was asked for.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error number: ENOENT and the like.
    package let code: Int32

    /// Takes the error number of the call that has just failed, or another one.
    package init(code: Int32 = errno) { self.code = code }

    /// The system's words for it, without a full stop.
    package var description: String { String(cString: strerror(code)) }
}

internal import Glibc

/// A file that is read whole: the configuration, or a secret.
struct SmallFile {
    let bytes: [UInt8]
    /// The permission bits.
    let mode: UInt32

    /// Why a file could not be read.
    enum Failure: Error {
        case missing
        case unreadable(String)
        case tooLarge
    }

    /// Files beyond this are not what they should be.
    static let limit = 1 << 20

    init(_ path: String) throws(Failure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = errno
            throw reason == ENOENT ? .missing : .unreadable(String(cString: strerror(reason)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .unreadable("it is a directory") }
        mode = UInt32(status.st_mode & 0o7777)
        var read: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = systemRead(descriptor, &buffer)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(String(cString: strerror(errno)))
            }
            read += buffer[..<count]
            guard read.count <= Self.limit else { throw .tooLarge }
        }
        bytes = read
    }

    /// Whether there is something of that name that may be looked at.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}

/// `read(2)`, out of reach of local names.
private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
    buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
}

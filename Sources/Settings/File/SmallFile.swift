internal import Files
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
        let file = FileDescriptor(open(path, O_RDONLY | O_CLOEXEC))
        guard file.number >= 0 else {
            let reason = SystemError()
            throw reason.code == ENOENT ? .missing : .unreadable("\(reason)")
        }
        defer { file.close() }
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw .unreadable("\(SystemError())") }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .unreadable("it is a directory") }
        mode = UInt32(status.st_mode & 0o7777)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.limit + 1, alignment: 1)
        defer { buffer.deallocate() }
        var size = 0
        do throws(SystemError) {
            while size < buffer.count {
                let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[size...]))
                if count == 0 { break }
                size += count
            }
        } catch {
            throw .unreadable("\(error)")
        }
        guard size <= Self.limit else { throw .tooLarge }
        bytes = Array(buffer[..<size])
    }

    /// Whether there is something of that name that may be looked at.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}

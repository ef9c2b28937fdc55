import Files
import Glibc

/// A file that is read whole: the configuration, or a secret.
struct BoundedFile {
    let bytes: [UInt8]
    /// The permission bits; none for a device, whatever it says of itself.
    let mode: UInt32
    let owner: UInt32

    /// Why a file could not be read.
    enum Failure: Error {
        case missing
        case unreadable(String)
        case tooLarge
    }

    /// Files beyond this are not what they should be.
    static let limit = 1 << 20

    init(_ path: String) throws(Failure) {
        // Without O_NONBLOCK a pipe of that name would be waited for, and so would a terminal; files don't care.
        let file = FileDescriptor(open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK))
        guard file.number >= 0 else {
            let reason = SystemError()
            throw reason.code == ENOENT ? .missing : .unreadable("\(reason)")
        }
        defer { file.close() }
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw .unreadable("\(SystemError())") }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw .unreadable("it is a directory")
        case S_IFIFO: throw .unreadable("it is a pipe, not a file")
        default: break
        }
        mode = status.st_mode & S_IFMT == S_IFREG ? UInt32(status.st_mode & 0o7777) : 0
        owner = status.st_uid
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

    /// Whether a user may be trusted with what this process reads: the one that it runs as, and root.
    static func isTrusted(_ owner: UInt32) -> Bool { owner == geteuid() || owner == 0 }

    /// Whether everybody may put another file in the place of this one. Where the sticky bit is set, only its owner may.
    static func isExchangeable(_ path: String) -> Bool {
        var status = stat()
        return stat(Directory.parent(of: path), &status) == 0 && status.st_mode & (S_IWOTH | S_ISVTX) == S_IWOTH
    }

    /// Who owns a directory, and its permission bits; nil where there is none to be looked at.
    static func directory(_ path: String) -> (owner: UInt32, mode: UInt32)? {
        var status = stat()
        return stat(path, &status) == 0 ? (status.st_uid, UInt32(status.st_mode & 0o7777)) : nil
    }

    /// Whether there is something of that name that may be looked at.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}

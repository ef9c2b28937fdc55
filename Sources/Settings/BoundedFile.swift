import Files
import Glibc

/// A file that is read as a whole: the configuration, or a secret.
struct BoundedFile {
    let bytes: [UInt8]
    /// The permission bits; zero for a device, whatever it reports.
    let mode: UInt32
    let owner: UInt32

    /// Why a file could not be read.
    enum Failure: Error {
        case missing
        case unreadable(String)
        case tooLarge
    }

    /// In bytes; larger files can't be what they should be.
    static let limit = 1 << 20

    init(_ path: String) throws(Failure) {
        // Without O_NONBLOCK, opening a pipe or a terminal would block; files ignore it.
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

    /// Whether to trust a file's owner: the user of this process, or root.
    static func isTrusted(_ owner: UInt32) -> Bool { owner == geteuid() || owner == 0 }

    /// Whether anyone may replace this file. If the sticky bit is set, only its owner may.
    static func isExchangeable(_ path: String) -> Bool {
        var status = stat()
        return stat(Directory.parent(of: path), &status) == 0 && status.st_mode & (S_IWOTH | S_ISVTX) == S_IWOTH
    }

    /// Who owns a directory, and its permission bits; nil if it can't be examined.
    static func directory(_ path: String) -> (owner: UInt32, mode: UInt32)? {
        var status = stat()
        return stat(path, &status) == 0 ? (status.st_uid, UInt32(status.st_mode & 0o7777)) : nil
    }

    /// Why no file in a directory can be opened, if it exists; nil if nothing is in the way.
    static func barrier(_ path: String) -> String? {
        guard access(path, X_OK) != 0 else { return nil }
        let reason = SystemError()
        return [EACCES, EPERM].contains(reason.code) ? "\(reason)" : nil
    }

    /// Who owns a file; nil if it can't be examined.
    static func owner(of path: String) -> UInt32? { directory(path)?.owner }

    /// Whether the path exists and can be examined.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}

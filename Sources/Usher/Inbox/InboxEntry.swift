import FoundationEssentials
import Glibc

/// What stands in an inbox under one name, as one look found it.
struct InboxEntry: Sendable, Hashable {
    /// What kind of thing it is.
    enum Kind: Sendable, Hashable {
        case file
        case link
        case directory
        /// A pipe, a socket, a device.
        case other
        /// Its name is not UTF-8, so it can't be opened by it.
        case unnameable
    }

    /// Its name in the directory.
    let name: String
    let kind: Kind
    /// Bytes.
    let size: Int64
    /// When its content was changed last, as whoever wrote it says.
    let modifiedAt: Date
    /// When anything about it was changed last, as the file system says: a program that copies a file and then gives it
    /// the original's older time shows here.
    let changedAt: Date
    /// Tells a file from another that took its name.
    let inode: UInt64

    init(name: String, kind: Kind = .file, size: Int64, modifiedAt: Date, changedAt: Date? = nil, inode: UInt64 = 0) {
        self.name = name
        self.kind = kind
        self.size = size
        self.modifiedAt = modifiedAt
        self.changedAt = changedAt ?? modifiedAt
        self.inode = inode
    }

    /// Looks at a name without following a link; nil where nothing stands there any more.
    init?(name: String, in directory: String) {
        self.init(path: "\(directory)/\(name)", name: name)
    }

    /// Looks at a path without following a link; nil where nothing stands there.
    init?(path: String) {
        self.init(path: path, name: path)
    }

    private init?(path: String, name: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFLNK: .link
            case S_IFDIR: .directory
            default: .other
            }
        let (modified, changed) = (status.st_mtim, status.st_ctim)
        self.init(
            name: name,
            kind: kind,
            size: Int64(status.st_size),
            modifiedAt: Date(modified),
            changedAt: Date(changed),
            inode: UInt64(status.st_ino)
        )
    }

    /// The later of its two times.
    var lastChange: Date { max(modifiedAt, changedAt) }
}

extension Date {
    fileprivate init(_ time: timespec) {
        self.init(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
}

import Files
import Glibc
import Journal

/// A file that is left for people to edit, and that is only replaced or removed as long as nobody has: while it is byte
/// for byte what was written.
///
/// What was written is known by its digest, in a hidden file beside it. Without that, or with another, the file counts as
/// edited, and is kept; unless a copy of it, byte for byte, is where people put what they have edited.
package struct UneditedFile: Sendable {
    package let path: String
    private let digestPath: String
    private let copies: String?

    /// What is in its place.
    package enum State: Sendable, Hashable {
        case missing
        /// What was written, by its digest.
        case unedited(String)
        /// Somebody's work, or no ordinary file.
        case edited
    }

    /// - Parameter copies: A directory; edits that are in a file of it too need not be kept.
    package init(path: String, copies: String? = nil) {
        self.path = path
        self.copies = copies
        digestPath = "\(Directory.parent(of: path))/.\(Directory.name(of: path)).sha256"
    }

    /// Looks at the file.
    package var state: State { look.state }

    // MARK: Changing it

    package enum Outcome: Sendable, Hashable {
        case unchanged, written, removed
        /// Somebody's edits were kept.
        case kept
    }

    /// Writes it in one step, or removes it if there is nothing in it; leaves it alone if it is the same, or was edited.
    ///
    /// - Parameters:
    ///   - model: The directory whose group and mode it gets.
    ///   - content: Passes on its bytes, and returns how many rows it has.
    /// - Throws: `FileError`, or what `content` throws. The file is then as it was.
    package func replace(
        permissionsOf model: String,
        _ content: (_ sink: ([UInt8]) throws -> Void) throws -> Int
    ) throws -> (outcome: Outcome, rows: Int) {
        do {
            var file = try AtomicFile(path: path, permissionsOf: model, followsLink: false)
            var hash = Digest()
            let rows = try content { bytes in
                bytes.withUnsafeBytes { hash.update($0) }
                try file.write(bytes)
            }
            let digest = Self.text(hash.finish())
            let (state, identity) = look
            switch state {
            case .edited: return (.kept, rows)
            case .missing where rows == 0: return (.unchanged, 0)
            case .unedited(let old) where rows > 0 && old == digest: return (.unchanged, rows)
            case .unedited where rows == 0: return (try remove(), 0)
            case .missing, .unedited:
                // Both digests, before the file is there: a crash in between must not make it look edited.
                let old: [String] = if case .unedited(let old) = state { [old] } else { [] }
                var note = try AtomicFile(path: digestPath, permissionsOf: model, followsLink: false)
                try note.write(([digest] + old).map { "\($0)\n" }.joined().utf8)
                try note.finish()
                // Flushing took its time.
                return (try file.finish { Identity(path) == identity } ? .written : .kept, rows)
            }
        } catch var error as FileError {
            error.content = .check
            throw error
        }
    }

    /// Removes it, unless it was edited.
    ///
    /// - Throws: `FileError`.
    @discardableResult
    package func remove() throws(FileError) -> Outcome {
        let (state, identity) = look
        if case .edited = state { return .kept }
        guard Identity(path) == identity else { return .kept }
        for path in [path, digestPath] {
            guard unlink(path) == 0 || errno == ENOENT else { throw FileError(path: path, SystemError()) }
        }
        return state == .missing ? .unchanged : .removed
    }

    // MARK: Knowing it

    /// What tells a file from any other, and from what it was before it was changed.
    private struct Identity: Equatable {
        let inode: ino_t
        let size: off_t
        let changed: [Int]

        init?(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            self.init(status)
        }

        init(_ status: stat) {
            inode = status.st_ino
            size = status.st_size
            changed = [
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
            ]
        }
    }

    /// The state, and the identity of what it was found in; nil if nothing is there.
    private var look: (state: State, Identity?) {
        let file = FileDescriptor(reading: path)
        guard file.number >= 0 else { return (errno == ENOENT ? .missing : .edited, nil) }
        defer { file.close() }
        var status = stat()
        guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let digest = try? Self.digest(of: file),
            notedDigests.contains(digest) || isCopied(digest, size: status.st_size)
        else { return (.edited, nil) }
        return (.unedited(digest), Identity(status))
    }

    private func isCopied(_ digest: String, size: off_t) -> Bool {
        guard let copies, let names = try? Directory.names(in: copies) else { return false }
        return names.contains { name in
            let file = FileDescriptor(reading: "\(copies)/\(name)")
            guard file.number >= 0 else { return false }
            defer { file.close() }
            var status = stat()
            return fstat(file.number, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size == size
                && (try? Self.digest(of: file)) == digest
        }
    }

    private var notedDigests: [String] {
        let file = FileDescriptor(reading: digestPath)
        guard file.number >= 0 else { return [] }
        defer { file.close() }
        return file.text()?.split(separator: "\n").map(String.init) ?? []
    }

    private static func digest(of file: FileDescriptor) throws(SystemError) -> String {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        var hash = Digest()
        while true {
            let count = try file.read(into: buffer)
            guard count > 0 else { return text(hash.finish()) }
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private static func text(_ digest: [UInt8]) -> String {
        digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}

import CProcess
import Files
import Glibc

/// Opens a spreadsheet when its turn comes.
package typealias SpreadsheetOpening = () throws -> SpreadsheetSource

/// A spreadsheet's bytes, which can be read repeatedly. The file is opened once, so that all passes see the same one
/// even if its name is given to another meanwhile.
package final class SpreadsheetSource: Sendable {
    /// The file as the user named it, or `standard input`.
    package let name: String
    /// The file's absolute path; nil for standard input.
    package let path: String?
    /// Whether the user named this very file, and not only the directory that contains it.
    package let wasNamed: Bool
    /// Where it comes among the files of its directory; nil for standard input.
    package let order: FileOrder?
    private let file: FileDescriptor
    private let opened: Stamp

    private struct Stamp: Equatable, Sendable {
        let size: Int
        let modified: [Int]
        /// A program that changes a file can reset the other time, but not this one.
        let changed: [Int]

        init(_ status: stat) {
            size = Int(status.st_size)
            modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
            changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
        }
    }

    package var size: Int { opened.size }

    /// Identifies the file, whatever its name: it stays the same when the file is renamed or changed in place. Nil for
    /// standard input, and if the file system does not record when a file was created.
    package var identity: String? {
        var status = stat()
        let birth = usher_birth_time(file.number)
        guard path != nil, birth != 0, fstat(file.number, &status) == 0 else { return nil }
        return "\(status.st_dev):\(status.st_ino):\(birth)"
    }

    /// The largest spreadsheet allowed, in bytes: some twenty million rows. Reading more, only to find at the end that
    /// it is not a spreadsheet, would take a whole night: a sparse file of terabytes takes no room on disk.
    static let largest = 1 << 31

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - given: Its path.
    ///   - wasNamed: False if it was found in a directory.
    ///   - followsLinks: Whether the name may be a symbolic link. It must not be if others may write into the
    ///     directory, since they could link to a file that only this user may read.
    /// - Throws: `SpreadsheetError` if it does not exist, is not a file, or may not be read.
    package init(path given: String, wasNamed: Bool = true, followsLinks: Bool = true) throws(SpreadsheetError) {
        name = given
        self.wasNamed = wasNamed
        // Without O_NONBLOCK, opening a pipe would block; files ignore it.
        let flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW)
        file = FileDescriptor(open(given, flags))
        guard file.number >= 0 else { throw Self.failure(given, SystemError()) }
        var status = stat()
        guard fstat(file.number, &status) == 0 else {
            let failure = SystemError()
            file.close()
            throw Self.failure(given, failure)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            file.close()
            throw SpreadsheetError(
                name: given,
                status.st_mode & S_IFMT == S_IFDIR
                    ? "This is a directory. Name the spreadsheets in it, or use --inbox."
                    : "This is not a file. Name a CSV file, or use - for standard input."
            )
        }
        guard status.st_size <= Self.largest else {
            file.close()
            throw Self.tooLarge(given)
        }
        opened = Stamp(status)
        order = FileOrder(status, name: Directory.name(of: given))
        path = realpath(given, nil).map { resolved in
            defer { free(resolved) }
            return String(cString: resolved)
        }
    }

    /// Reads all of standard input into an unnamed temporary file.
    ///
    /// - Throws: `SpreadsheetError`.
    package convenience init(standardInput input: Int32) throws(SpreadsheetError) {
        try self.init(standardInput: input, largest: Self.largest)
    }

    init(standardInput input: Int32, largest: Int) throws(SpreadsheetError) {
        name = "standard input"
        path = nil
        order = nil
        wasNamed = true
        do throws(SystemError) {
            file = try .temporary()
        } catch {
            throw .temporaryFiles(error)
        }
        do throws(SpreadsheetError) {
            try Self.copy(name, from: FileDescriptor(input), to: file, atMost: largest)
        } catch {
            file.close()
            throw error
        }
        var status = stat()
        fstat(file.number, &status)
        opened = Stamp(status)
    }

    deinit { file.close() }

    /// Reads bytes from a position; fewer than requested only at the end.
    ///
    /// - Throws: `SpreadsheetError` if the disk fails.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SpreadsheetError) -> Int {
        do {
            return try file.read(into: buffer, at: offset)
        } catch {
            throw Self.failure(name, error)
        }
    }

    /// Whether the file is unchanged since it was opened.
    package var isUnchanged: Bool {
        var status = stat()
        return fstat(file.number, &status) == 0 && Stamp(status) == opened
    }

    private static func copy(
        _ name: String,
        from input: FileDescriptor,
        to output: FileDescriptor,
        atMost largest: Int
    ) throws(SpreadsheetError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        var size = 0
        while true {
            let count: Int
            do throws(SystemError) { count = try input.read(into: buffer) } catch { throw failure(name, error) }
            if count == 0 { return }
            size += count
            guard size <= largest else { throw tooLarge(name) }
            do throws(SystemError) {
                try output.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } catch {
                throw .temporaryFiles(error)
            }
        }
    }

    private static func tooLarge(_ name: String) -> SpreadsheetError {
        SpreadsheetError(
            name: name,
            "It is larger than \(largest >> 30) GiB. No list of decisions is: split it, or export it again."
        )
    }

    private static func failure(_ name: String, _ failure: SystemError) -> SpreadsheetError {
        switch failure.code {
        case ENOENT: SpreadsheetError(name: name, "There is no such file. Check the name and the directory.")
        case EACCES, EPERM:
            SpreadsheetError(name: name, "This user may not read the file (\(failure)). Check its permissions.")
        case ELOOP: SpreadsheetError(name: name, "This is a link. Name the file itself.")
        default: SpreadsheetError(name: name, "The file could not be read (\(failure)).")
        }
    }
}

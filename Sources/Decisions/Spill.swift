// swift-format-ignore-file: NeverForceUnwrap
// Because: a buffer that holds bytes has an address.

internal import Glibc
internal import Spreadsheet

/// Temporary files without names, one for each range of keys.
final class Spill {
    private var files: [Int32] = []
    private var counts: [Int]

    init(partitions: Int) throws {
        counts = Array(repeating: 0, count: partitions)
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        for _ in 0..<partitions {
            var template = Array("\(directory)/usher.XXXXXX".utf8CString)
            let file = mkstemp(&template)
            guard file >= 0 else { throw Self.failure(errno) }
            unlink(template)
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
            files.append(file)
        }
    }

    deinit {
        for file in files { close(file) }
    }

    func count(of partition: Int) -> Int { counts[partition] }

    /// Adds entries, each to the file of its range, in the order in which they stand.
    func write(_ entries: UnsafeMutableBufferPointer<KeyEntry>, scratch: UnsafeMutableBufferPointer<KeyEntry>) throws {
        let shift = UInt64(64 - counts.count.trailingZeroBitCount)
        // The sign bit turned, so that partitions stand in the order of the signed number.
        func partition(_ entry: KeyEntry) -> Int { Int((entry.low ^ 1 << 63) >> shift) }
        var starts = [Int](repeating: 0, count: counts.count + 1)
        for entry in entries { starts[partition(entry) + 1] += 1 }
        for index in counts.indices { starts[index + 1] += starts[index] }
        var places = starts
        for entry in entries {
            let index = partition(entry)
            scratch.initializeElement(at: places[index], to: entry)
            places[index] += 1
        }
        for index in counts.indices {
            let part = UnsafeMutableBufferPointer(rebasing: scratch[starts[index]..<starts[index + 1]])
            var rest = UnsafeRawBufferPointer(part)[...]
            while !rest.isEmpty {
                let written = systemWrite(files[index], UnsafeRawBufferPointer(rebasing: rest))
                guard written > 0 || errno == EINTR else { throw Self.failure(errno) }
                rest = rest.dropFirst(max(written, 0))
            }
            counts[index] += part.count
        }
    }

    func read(_ partition: Int, into entries: UnsafeMutableBufferPointer<KeyEntry>) throws {
        let bytes = UnsafeMutableRawBufferPointer(entries)
        var done = 0
        while done < bytes.count {
            let count = pread(files[partition], bytes.baseAddress! + done, bytes.count - done, off_t(done))
            guard count > 0 || (count < 0 && errno == EINTR) else { throw Self.failure(count < 0 ? errno : EIO) }
            done += max(count, 0)
        }
    }

    private static func failure(_ code: Int32) -> SpreadsheetError {
        SpreadsheetError(
            name: "temporary files",
            "They could not be written or read (\(String(cString: strerror(code)))). Make room on that disk, or set TMPDIR."
        )
    }
}

/// `write(2)`, out of reach of the method of the same name.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

// swift-format-ignore-file: NeverForceUnwrap
// Because: a buffer that holds bytes has an address.

internal import Spreadsheet

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Sorts more entries than memory should hold: beyond a bound they go to temporary files without names, one for each range
/// of keys, each of which fits into memory by itself.
struct SpillingSorter {
    /// Ten million rows have up to twenty million keys; a 64th of them is what memory holds anyway.
    private static let partitions = 64
    private let bound: Int

    private var entries: UnsafeMutableBufferPointer<KeyEntry>
    private var count = 0
    private var spill: Spill?
    private let owner: Owner

    /// Frees the room when the last copy of the sorter goes.
    private final class Owner {
        var room: UnsafeMutableBufferPointer<KeyEntry>
        init(_ room: UnsafeMutableBufferPointer<KeyEntry>) { self.room = room }
        deinit { room.deallocate() }
    }

    init(bound: Int) {
        self.bound = bound
        entries = .allocate(capacity: min(1024, bound))
        owner = Owner(entries)
    }

    @inline(__always)
    mutating func add(_ entry: KeyEntry) throws {
        if count == entries.count { try makeRoom() }
        entries.initializeElement(at: count, to: entry)
        count += 1
    }

    private mutating func makeRoom() throws {
        guard count >= bound else { return resize(to: min(entries.count * 4, bound)) }
        if spill == nil { spill = try Spill(partitions: Self.partitions) }
        try spill?.write(UnsafeMutableBufferPointer(rebasing: entries[..<count]))
        count = 0
    }

    private mutating func resize(to capacity: Int) {
        let larger = UnsafeMutableBufferPointer<KeyEntry>.allocate(capacity: capacity)
        _ = larger.moveInitialize(fromContentsOf: entries[..<count])
        entries.deallocate()
        entries = larger
        owner.room = larger
    }

    /// Hands out the entries with equal keys together, keys in ascending order, rows in ascending order within.
    mutating func forEachRun(_ body: (Slice<UnsafeMutableBufferPointer<KeyEntry>>) throws -> Void) throws {
        guard let spill else { return try Self.runs(of: UnsafeMutableBufferPointer(rebasing: entries[..<count]), body) }
        try spill.write(UnsafeMutableBufferPointer(rebasing: entries[..<count]))
        count = 0
        for partition in 0..<Self.partitions {
            let size = spill.count(of: partition)
            if size > entries.count { resize(to: size) }
            let part = UnsafeMutableBufferPointer(rebasing: entries[..<size])
            try spill.read(partition, into: part)
            try Self.runs(of: part, body)
        }
    }

    private static func runs(
        of entries: UnsafeMutableBufferPointer<KeyEntry>,
        _ body: (Slice<UnsafeMutableBufferPointer<KeyEntry>>) throws -> Void
    ) rethrows {
        var entries = entries
        entries.sort(by: KeyEntry.precedes)
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].isSameKey(entries[start]) { end += 1 }
            try body(entries[start..<end])
            start = end
        }
    }
}

/// Temporary files without names, one for each range of keys.
private final class Spill {
    private var files: [Int32] = []
    private var counts: [Int]
    private var room: [[KeyEntry]]

    init(partitions: Int) throws {
        counts = Array(repeating: 0, count: partitions)
        room = Array(repeating: [], count: partitions)
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

    func write(_ entries: UnsafeMutableBufferPointer<KeyEntry>) throws {
        let shift = UInt64(64 - counts.count.trailingZeroBitCount)
        for entry in entries {
            // The sign bit turned, so that partitions stand in the order of the signed number.
            let partition = Int((entry.low ^ 1 << 63) >> shift)
            room[partition].append(entry)
        }
        for partition in room.indices {
            try room[partition].withUnsafeBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let written = systemWrite(files[partition], UnsafeRawBufferPointer(rebasing: rest))
                    guard written > 0 || errno == EINTR else { throw Self.failure(errno) }
                    rest = rest.dropFirst(max(written, 0))
                }
            }
            counts[partition] += room[partition].count
            room[partition].removeAll(keepingCapacity: true)
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

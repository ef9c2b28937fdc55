import Files
import Glibc
import Spreadsheet

/// Sorts more entries than memory should hold: beyond a bound they go to unnamed temporary files, one for each range of
/// keys, each of which fits into memory by itself.
struct ExternalSorter {
    /// Ten million rows have up to twenty million keys; a 64th of them fits into memory in any case.
    private static let partitions = 64
    private let bound: Int

    private let room: Room
    private var count = 0
    private var spill: PartitionFiles?

    /// Memory for entries, and as much again to sort them.
    private final class Room {
        private(set) var entries: UnsafeMutableBufferPointer<KeyEntry>
        private(set) var scratch: UnsafeMutableBufferPointer<KeyEntry>

        init(capacity: Int) {
            entries = .allocate(capacity: capacity)
            scratch = .allocate(capacity: capacity)
        }

        deinit {
            entries.deallocate()
            scratch.deallocate()
        }

        func grow(to capacity: Int, keeping count: Int) {
            let larger = UnsafeMutableBufferPointer<KeyEntry>.allocate(capacity: capacity)
            _ = larger.moveInitialize(fromContentsOf: entries[..<count])
            entries.deallocate()
            scratch.deallocate()
            entries = larger
            scratch = .allocate(capacity: capacity)
        }

        func first(_ count: Int) -> UnsafeMutableBufferPointer<KeyEntry> {
            UnsafeMutableBufferPointer(rebasing: entries[..<count])
        }
    }

    init(bound: Int) {
        self.bound = bound
        room = Room(capacity: min(1024, bound))
        next = room.entries
    }

    /// The room's entries, reached without asking the room for each.
    private var next: UnsafeMutableBufferPointer<KeyEntry>

    @inline(__always)
    mutating func add(_ entry: KeyEntry) throws {
        if count == next.count { try makeRoom() }
        next.initializeElement(at: count, to: entry)
        count += 1
    }

    private mutating func makeRoom() throws {
        guard count >= bound else { return resize(to: min(next.count * 4, bound)) }
        try spillAll()
    }

    private mutating func spillAll() throws {
        let spill = try self.spill ?? PartitionFiles(partitions: Self.partitions)
        self.spill = spill
        try spill.write(room.first(count), scratch: room.scratch)
        count = 0
    }

    private mutating func resize(to capacity: Int) {
        room.grow(to: capacity, keeping: count)
        next = room.entries
    }

    /// Passes on entries with equal keys together, keys in ascending order, rows in ascending order within.
    mutating func forEachRun(_ body: (Slice<UnsafeMutableBufferPointer<KeyEntry>>) throws -> Void) throws {
        guard let spill else { return try runs(count, body) }
        try spillAll()
        for partition in 0..<Self.partitions {
            let size = spill.count(of: partition)
            if size > next.count { resize(to: size) }
            try spill.read(partition, into: room.first(size))
            try runs(size, body)
        }
    }

    private func runs(_ count: Int, _ body: (Slice<UnsafeMutableBufferPointer<KeyEntry>>) throws -> Void) throws {
        let entries = room.first(count)
        KeyEntry.sort(entries, scratch: room.scratch)
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].isSameKey(entries[start]) { end += 1 }
            try body(entries[start..<end])
            start = end
        }
    }
}

/// Unnamed temporary files, one for each range of keys.
final class PartitionFiles {
    private var files: [FileDescriptor] = []
    private var counts: [Int]

    init(partitions: Int) throws {
        counts = Array(repeating: 0, count: partitions)
        do throws(SystemError) {
            for _ in 0..<partitions { files.append(try .temporary()) }
        } catch {
            throw SpreadsheetError.temporaryFiles(error)
        }
    }

    deinit {
        for file in files { file.close() }
    }

    func count(of partition: Int) -> Int { counts[partition] }

    /// Adds entries, each to the file of its range, in order.
    func write(_ entries: UnsafeMutableBufferPointer<KeyEntry>, scratch: UnsafeMutableBufferPointer<KeyEntry>) throws {
        let shift = UInt64(64 - counts.count.trailingZeroBitCount)
        // Flips the sign bit, so that partitions are in the order of the signed number.
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
            do throws(SystemError) {
                try files[index].write(UnsafeRawBufferPointer(part))
            } catch {
                throw SpreadsheetError.temporaryFiles(error)
            }
            counts[index] += part.count
        }
    }

    func read(_ partition: Int, into entries: UnsafeMutableBufferPointer<KeyEntry>) throws {
        let bytes = UnsafeMutableRawBufferPointer(entries)
        do throws(SystemError) {
            let count = try files[partition].read(into: bytes, at: 0)
            guard count == bytes.count else { throw SystemError(code: EIO) }
        } catch {
            throw SpreadsheetError.temporaryFiles(error)
        }
    }
}

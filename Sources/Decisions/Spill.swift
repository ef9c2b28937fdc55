import Files
import Glibc
import Spreadsheet

/// Temporary files without names, one for each range of keys.
final class Spill {
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

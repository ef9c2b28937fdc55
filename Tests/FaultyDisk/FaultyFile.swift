// swift-format-ignore-file: NeverForceUnwrap
// Because: SQLite hands out its own pointers, which are never null.

import CSQLite
import Foundation

/// One of our open files; the system's own follows it in memory.
struct FaultyFile {
    var base: sqlite3_file
    var plan: Unmanaged<DiskPlan>

    /// Files must lie at multiples of 8.
    static let size = (MemoryLayout<FaultyFile>.size + 15) & ~15

    static func real(_ file: UnsafeMutablePointer<sqlite3_file>?) -> UnsafeMutablePointer<sqlite3_file> {
        UnsafeMutableRawPointer(file!).advanced(by: size).assumingMemoryBound(to: sqlite3_file.self)
    }

    private static func plan(_ file: UnsafeMutablePointer<sqlite3_file>?) -> DiskPlan {
        UnsafeMutableRawPointer(file!).assumingMemoryBound(to: FaultyFile.self).pointee.plan.takeUnretainedValue()
    }

    private static func system(_ file: UnsafeMutablePointer<sqlite3_file>?) -> sqlite3_io_methods {
        real(file).pointee.pMethods.pointee
    }

    static func methods(hasSharedMemory: Bool) -> UnsafePointer<sqlite3_io_methods> {
        hasSharedMemory ? withSharedMemory : withoutSharedMemory
    }

    private nonisolated(unsafe) static let withSharedMemory = makeMethods(version: 2)
    private nonisolated(unsafe) static let withoutSharedMemory = makeMethods(version: 1)

    /// All goes straight through to the system, unless the plan says otherwise. The extended result codes are those of
    /// `sqlite3.h`, whose macros Swift can't read.
    private static func makeMethods(version: Int32) -> UnsafePointer<sqlite3_io_methods> {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        var table = sqlite3_io_methods()
        table.iVersion = version
        table.xClose = { FaultyFile.system($0).xClose(FaultyFile.real($0)) }
        table.xRead = { file, bytes, count, offset in
            FaultyFile.plan(file).next(.reading, ioCode: SQLITE_IOERR | 1 << 8)
                ?? FaultyFile.system(file).xRead(FaultyFile.real(file), bytes, count, offset)
        }
        table.xWrite = { file, bytes, count, offset in
            FaultyFile.plan(file).next(.changing, ioCode: SQLITE_IOERR | 3 << 8)
                ?? FaultyFile.system(file).xWrite(FaultyFile.real(file), bytes, count, offset)
        }
        table.xTruncate = { file, size in
            FaultyFile.plan(file).next(.changing, ioCode: SQLITE_IOERR | 6 << 8)
                ?? FaultyFile.system(file).xTruncate(FaultyFile.real(file), size)
        }
        table.xSync = { file, flags in
            if let code = FaultyFile.plan(file).next(.changing, ioCode: SQLITE_IOERR | 4 << 8) { return code }
            let flush = FaultyFile.plan(file).nextFlush()
            if flush.delay > .zero {
                let (seconds, attoseconds) = flush.delay.components
                Thread.sleep(forTimeInterval: Double(seconds) + Double(attoseconds) * 1e-18)
            }
            return flush.isReal ? FaultyFile.system(file).xSync(FaultyFile.real(file), flags) : SQLITE_OK
        }
        table.xFileSize = { FaultyFile.system($0).xFileSize(FaultyFile.real($0), $1) }
        table.xLock = { file, level in
            FaultyFile.plan(file).refusesLocks
                ? SQLITE_IOERR | 15 << 8 : FaultyFile.system(file).xLock(FaultyFile.real(file), level)
        }
        table.xUnlock = { FaultyFile.system($0).xUnlock(FaultyFile.real($0), $1) }
        table.xCheckReservedLock = { FaultyFile.system($0).xCheckReservedLock(FaultyFile.real($0), $1) }
        table.xFileControl = { FaultyFile.system($0).xFileControl(FaultyFile.real($0), $1, $2) }
        table.xSectorSize = { FaultyFile.system($0).xSectorSize(FaultyFile.real($0)) }
        table.xDeviceCharacteristics = { FaultyFile.system($0).xDeviceCharacteristics(FaultyFile.real($0)) }
        if version >= 2 {
            table.xShmMap = { FaultyFile.system($0).xShmMap(FaultyFile.real($0), $1, $2, $3, $4) }
            table.xShmLock = { file, offset, count, flags in
                FaultyFile.plan(file).refusesLocks
                    ? SQLITE_IOERR | 20 << 8
                    : FaultyFile.system(file).xShmLock(FaultyFile.real(file), offset, count, flags)
            }
            table.xShmBarrier = { FaultyFile.system($0).xShmBarrier(FaultyFile.real($0)) }
            table.xShmUnmap = { FaultyFile.system($0).xShmUnmap(FaultyFile.real($0), $1) }
        }
        methods.initialize(to: table)
        return UnsafePointer(methods)
    }
}

// swift-format-ignore-file: NeverForceUnwrap
// Because: SQLite hands out its own pointers, which are never null.

import CSQLite
import Foundation
import Synchronization

/// The operating system's own VFS, except that one call of it fails: the one with a chosen number.
///
/// Calls that change or flush files are counted from 1, as SQLite's own tests do it.
final class FaultyVFS: Sendable {
    /// How a call fails.
    enum Fault: Sendable {
        case ioError
        case full
    }

    let name: String
    private let plan: Plan

    init(name: String) {
        self.name = name
        plan = Plan()
        Self.register(name, plan)
    }

    /// From now on, the call with this number fails, and every one after it if it `lasts`.
    func fail(at call: Int, with fault: Fault, lasts: Bool) {
        plan.state.withLock { $0 = Plan.State(failAt: call, fault: fault, lasts: lasts) }
    }

    /// No faults from now on; returns how many calls there were since the last `fail`.
    @discardableResult
    func heal() -> Int {
        plan.state.withLock { state in
            defer { state = Plan.State() }
            return state.calls
        }
    }

    fileprivate final class Plan: Sendable {
        struct State {
            var calls = 0
            var failAt = Int.max
            var fault = Fault.ioError
            var lasts = false
        }

        let state = Mutex(State())

        /// The result code that the next call must return; nil to let it through.
        func next(ioCode: Int32) -> Int32? {
            state.withLock { state in
                state.calls += 1
                guard state.calls == state.failAt || (state.lasts && state.calls > state.failAt) else { return nil }
                return state.fault == .full ? SQLITE_FULL : ioCode
            }
        }
    }

    /// One of our open files; the system's own follows it in memory.
    fileprivate struct File {
        var base: sqlite3_file
        var plan: Unmanaged<Plan>

        /// Files must lie at multiples of 8.
        static let size = (MemoryLayout<File>.size + 15) & ~15

        static func real(_ file: UnsafeMutablePointer<sqlite3_file>?) -> UnsafeMutablePointer<sqlite3_file> {
            UnsafeMutableRawPointer(file!).advanced(by: size).assumingMemoryBound(to: sqlite3_file.self)
        }

        static func plan(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Plan {
            UnsafeMutableRawPointer(file!).assumingMemoryBound(to: File.self).pointee.plan.takeUnretainedValue()
        }

        static func methods(_ file: UnsafeMutablePointer<sqlite3_file>?) -> sqlite3_io_methods {
            real(file).pointee.pMethods.pointee
        }
    }

    private static func register(_ name: String, _ plan: Plan) {
        let system = sqlite3_vfs_find(nil)!
        // Registered for the life of the process, as SQLite wants it.
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: system.pointee)
        vfs.pointee.zName = UnsafePointer(strdup(name))
        vfs.pointee.pNext = nil
        vfs.pointee.szOsFile = Int32(File.size) + system.pointee.szOsFile
        vfs.pointee.pAppData = Unmanaged.passRetained(plan).toOpaque()
        vfs.pointee.xOpen = { vfs, path, file, flags, outFlags in
            let plan = Unmanaged<Plan>.fromOpaque(vfs!.pointee.pAppData)
            file!.pointee.pMethods = nil
            if let code = plan.takeUnretainedValue().next(ioCode: SQLITE_CANTOPEN) { return code }
            let system = sqlite3_vfs_find(nil)!
            let code = system.pointee.xOpen(system, path, File.real(file), flags, outFlags)
            guard code == SQLITE_OK else { return code }
            UnsafeMutableRawPointer(file!).assumingMemoryBound(to: File.self).pointee.plan = plan
            file!.pointee.pMethods = FaultyVFS.ioMethods
            return SQLITE_OK
        }
        vfs.pointee.xDelete = { vfs, path, sync in
            let plan = Unmanaged<Plan>.fromOpaque(vfs!.pointee.pAppData).takeUnretainedValue()
            if let code = plan.next(ioCode: 10 | 10 << 8) { return code }
            let system = sqlite3_vfs_find(nil)!
            return system.pointee.xDelete(system, path, sync)
        }
        sqlite3_vfs_register(vfs, 0)
    }

    /// Writes and flushes may fail; all else goes straight through.
    private nonisolated(unsafe) static let ioMethods: UnsafePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        var table = sqlite3_io_methods()
        table.iVersion = 2
        table.xClose = { File.methods($0).xClose(File.real($0)) }
        table.xRead = { File.methods($0).xRead(File.real($0), $1, $2, $3) }
        table.xWrite = { file, bytes, count, offset in
            File.plan(file).next(ioCode: 10 | 3 << 8)
                ?? File.methods(file).xWrite(File.real(file), bytes, count, offset)
        }
        table.xTruncate = { file, size in
            File.plan(file).next(ioCode: 10 | 6 << 8) ?? File.methods(file).xTruncate(File.real(file), size)
        }
        table.xSync = { file, flags in
            File.plan(file).next(ioCode: 10 | 4 << 8) ?? File.methods(file).xSync(File.real(file), flags)
        }
        table.xFileSize = { File.methods($0).xFileSize(File.real($0), $1) }
        table.xLock = { File.methods($0).xLock(File.real($0), $1) }
        table.xUnlock = { File.methods($0).xUnlock(File.real($0), $1) }
        table.xCheckReservedLock = { File.methods($0).xCheckReservedLock(File.real($0), $1) }
        table.xFileControl = { File.methods($0).xFileControl(File.real($0), $1, $2) }
        table.xSectorSize = { File.methods($0).xSectorSize(File.real($0)) }
        table.xDeviceCharacteristics = { File.methods($0).xDeviceCharacteristics(File.real($0)) }
        table.xShmMap = { File.methods($0).xShmMap(File.real($0), $1, $2, $3, $4) }
        table.xShmLock = { File.methods($0).xShmLock(File.real($0), $1, $2, $3) }
        table.xShmBarrier = { File.methods($0).xShmBarrier(File.real($0)) }
        table.xShmUnmap = { File.methods($0).xShmUnmap(File.real($0), $1) }
        methods.initialize(to: table)
        return UnsafePointer(methods)
    }()
}

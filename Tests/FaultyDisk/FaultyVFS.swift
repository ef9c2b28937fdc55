// swift-format-ignore-file: NeverForceUnwrap
// Because: SQLite hands out its own pointers, which are never null.

import CSQLite
import Foundation
import Synchronization

/// The operating system's own VFS, except that one call of it fails: the one with a chosen number. It can also be slow
/// to flush, and have no locks.
///
/// Calls are counted from 1, as SQLite's own tests do it. Source: <https://www.sqlite.org/testing.html#i_o_error_testing>
package final class FaultyVFS: Sendable {
    /// By what name to open a file on it.
    package let name: String
    private let plan: DiskPlan

    /// Registers a disk without faults.
    ///
    /// - Parameters:
    ///   - name: A name of its own.
    ///   - hasSharedMemory: False for a file system that can't do what WAL needs.
    package init(name: String, hasSharedMemory: Bool = true) {
        self.name = name
        plan = DiskPlan(hasSharedMemory: hasSharedMemory)
        Self.register(name, plan)
    }

    /// From now on, the call with this number fails, and every one after it if it `lasts`.
    package func fail(at call: Int, with fault: Fault, lasts: Bool, counting calls: FaultyCalls = .changing) {
        plan.state.withLock { state in
            state.counted = calls
            state.calls = 0
            state.failAt = call
            state.fault = fault
            state.lasts = lasts
        }
    }

    /// No faults from now on; returns how many calls there were since the last `fail`.
    @discardableResult
    package func heal() -> Int {
        plan.state.withLock { state in
            state.failAt = .max
            state.lasts = false
            return state.calls
        }
    }

    /// How long each flush takes besides its own time: what a slow disk would need.
    package func setFlushDelay(_ delay: Duration) { plan.state.withLock { $0.flushDelay = delay } }

    /// False leaves flushing out: enough where nobody pulls a plug, and much faster.
    package func setFlushesForReal(_ isReal: Bool) { plan.state.withLock { $0.flushesForReal = isReal } }

    /// Whether every lock is refused with an error, as on a network disk whose lock service is down.
    package func setRefusesLocks(_ refuses: Bool) { plan.state.withLock { $0.refusesLocks = refuses } }

    /// How many flushes there were.
    package var flushes: Int { plan.state.withLock { $0.flushes } }

    private static func register(_ name: String, _ plan: DiskPlan) {
        let system = sqlite3_vfs_find(nil)!
        // Registered for the life of the process, as SQLite wants it.
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: system.pointee)
        vfs.pointee.zName = UnsafePointer(strdup(name))
        vfs.pointee.pNext = nil
        vfs.pointee.szOsFile = Int32(FaultyFile.size) + system.pointee.szOsFile
        vfs.pointee.pAppData = Unmanaged.passRetained(plan).toOpaque()
        vfs.pointee.xOpen = { vfs, path, file, flags, outFlags in
            let plan = Unmanaged<DiskPlan>.fromOpaque(vfs!.pointee.pAppData)
            file!.pointee.pMethods = nil
            if let code = plan.takeUnretainedValue().next(.changing, ioCode: SQLITE_CANTOPEN) { return code }
            let system = sqlite3_vfs_find(nil)!
            let code = system.pointee.xOpen(system, path, FaultyFile.real(file), flags, outFlags)
            guard code == SQLITE_OK else { return code }
            UnsafeMutableRawPointer(file!).assumingMemoryBound(to: FaultyFile.self).pointee.plan = plan
            file!.pointee.pMethods = FaultyFile.methods(hasSharedMemory: plan.takeUnretainedValue().hasSharedMemory)
            return SQLITE_OK
        }
        vfs.pointee.xDelete = { vfs, path, sync in
            let plan = Unmanaged<DiskPlan>.fromOpaque(vfs!.pointee.pAppData).takeUnretainedValue()
            if let code = plan.next(.changing, ioCode: SQLITE_IOERR | 10 << 8) { return code }
            let system = sqlite3_vfs_find(nil)!
            return system.pointee.xDelete(system, path, sync)
        }
        sqlite3_vfs_register(vfs, 0)
    }
}

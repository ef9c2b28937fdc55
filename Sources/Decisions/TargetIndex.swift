/// The targets of a spreadsheet, numbered in the order of their first row, and found again by the very bytes of their cells,
/// so that a target is read only once however many rows name it.
struct TargetIndex {
    private struct Entry {
        let hash: UInt64
        let cells: [UInt8]
        let target: Int
    }

    private(set) var targets: [Target] = []
    private(set) var keys: [RegistrantKey] = []
    /// For each target, the key of its meeting or webinar with all occurrences.
    private(set) var wholeKeys: [RegistrantKey] = []
    private var numbers: [Target: Int] = [:]
    private var entries: [Entry] = []
    /// Open addressing; -1 is free.
    private var slots = [Int32](repeating: -1, count: 1024)

    /// The number of the target that these cells stood for before.
    @inline(__always)
    func find(_ cells: [UInt8], hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.hash == hash, entry.cells == cells { return entry.target }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The number of a target, new or not, without a memory of the cells that stand for it.
    mutating func number(of target: Target) -> Int {
        let number = numbers[target] ?? targets.count
        if number == targets.count {
            targets.append(target)
            keys.append(RegistrantKey.target(target))
            wholeKeys.append(RegistrantKey.target(target.whole))
            numbers[target] = number
        }
        return number
    }

    /// Remembers what cells stand for.
    mutating func add(_ target: Target, cells: [UInt8], hash: UInt64) -> Int {
        let number = number(of: target)
        entries.append(Entry(hash: hash, cells: cells, target: number))
        if entries.count * 2 > slots.count { slots = [Int32](repeating: -1, count: slots.count * 4) }
        // After growing, all entries need new places; otherwise only the new one.
        let first = slots.contains { $0 >= 0 } ? entries.count - 1 : 0
        for index in first..<entries.count {
            var slot = Int(truncatingIfNeeded: entries[index].hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
        return number
    }

    /// A quick hash; collisions are told apart by the bytes.
    @inline(__always)
    static func hash(_ cells: [UInt8]) -> UInt64 {
        cells.withUnsafeBytes { bytes in
            var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
            var index = 0
            while index + 8 <= bytes.count {
                hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                index += 8
            }
            var last: UInt64 = 0
            while index < bytes.count {
                last = last << 8 | UInt64(bytes[index])
                index += 1
            }
            return mix(hash ^ last)
        }
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}

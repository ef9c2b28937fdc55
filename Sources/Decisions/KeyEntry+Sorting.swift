extension KeyEntry {
    /// Sorts by key and then by row entries that stand in the order of their rows: digit by digit from the lowest, which
    /// for keys as random as these is several times as fast as comparing.
    ///
    /// - Parameter scratch: Room for as many entries.
    static func sort(_ entries: UnsafeMutableBufferPointer<KeyEntry>, scratch: UnsafeMutableBufferPointer<KeyEntry>) {
        guard entries.count > 64 else {
            var entries = entries
            return entries.sort(by: precedes)
        }
        let digits = 8
        var counts = [Int](repeating: 0, count: digits * 256)
        counts.withUnsafeMutableBufferPointer { counts in
            for entry in entries {
                var key = entry.sortingKey
                for digit in 0..<digits {
                    counts[digit << 8 | Int(key & 0xFF)] += 1
                    key >>= 8
                }
            }
            var from = entries
            var to = UnsafeMutableBufferPointer(rebasing: scratch[..<entries.count])
            for digit in 0..<digits {
                let base = digit << 8
                // Entries of one partition share their highest bits: a digit that all share needs no pass.
                let shift = UInt64(digit * 8)
                if counts[base + Int(from[0].sortingKey >> shift & 0xFF)] == from.count { continue }
                var sum = 0
                for value in 0..<256 {
                    let count = counts[base + value]
                    counts[base + value] = sum
                    sum += count
                }
                for entry in from {
                    let slot = base + Int(entry.sortingKey >> shift & 0xFF)
                    to[counts[slot]] = entry
                    counts[slot] += 1
                }
                swap(&from, &to)
            }
            if from.baseAddress != entries.baseAddress { _ = entries.update(fromContentsOf: from) }
        }
        orderHighHalves(entries)
    }

    /// Equal lower halves of different keys are next to impossible, and sorted all the same.
    private static func orderHighHalves(_ entries: UnsafeMutableBufferPointer<KeyEntry>) {
        var start = 0
        while start < entries.count {
            var end = start + 1
            var isMixed = false
            while end < entries.count, entries[end].low == entries[start].low {
                if !entries[end].isSameKey(entries[start]) { isMixed = true }
                end += 1
            }
            if isMixed { entries[start..<end].sort(by: precedes) }
            start = end
        }
    }

    /// The lower half as a number without a sign that has the order of the signed one.
    @inline(__always)
    private var sortingKey: UInt64 { low ^ 1 << 63 }
}

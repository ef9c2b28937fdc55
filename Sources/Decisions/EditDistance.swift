/// How far apart two words are, to offer the one that may have been meant. It is never used in its place.
package enum EditDistance {
    /// The least number of letters put in, left out, changed or swapped with the next that makes one of the other.
    package static func between(_ one: some StringProtocol, _ other: some StringProtocol) -> Int {
        let one = Array(one.unicodeScalars)
        let other = Array(other.unicodeScalars)
        var before: [Int] = []
        var last = Array(0...other.count)
        for row in one.indices {
            var current = [row + 1]
            for column in other.indices {
                let same = one[row] == other[column]
                var least = min(last[column + 1] + 1, current[column] + 1, last[column] + (same ? 0 : 1))
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                    least = min(least, before[column - 1] + 1)
                }
                current.append(least)
            }
            before = last
            last = current
        }
        return last[other.count]
    }
}

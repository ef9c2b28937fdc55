/// The first entries of a list, and how many there are in all.
package struct Excerpted<Element> {
    /// The first entries.
    package var first: [Element]
    /// How many there are.
    package var count: Int

    /// How many are left out.
    package var more: Int { count - first.count }

    package init(first: [Element], count: Int) {
        self.first = first
        self.count = count
    }
}

extension Excerpted: Sendable where Element: Sendable {}

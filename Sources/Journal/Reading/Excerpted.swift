/// The first entries of a list, and how many there are in all.
public struct Excerpted<Element> {
    /// The first entries.
    public var first: [Element]
    /// How many there are.
    public var count: Int

    /// How many are left out.
    public var more: Int { count - first.count }

    /// Makes a list.
    public init(first: [Element], count: Int) {
        self.first = first
        self.count = count
    }
}

extension Excerpted: Sendable where Element: Sendable {}

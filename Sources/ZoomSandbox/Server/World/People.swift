/// The registrants of one meeting, found by id or by email.
struct People {
    private(set) var list: [Person] = []
    private var byID: [String: Int] = [:]
    private var byEmail: [String: Int] = [:]

    subscript(index: Int) -> Person {
        get { list[index] }
        set { list[index] = newValue }
    }

    /// The registrant that a request means. An id decides alone: a wrong one is not made good by a right email.
    func index(of named: NamedRegistrant) -> Int? {
        if let id = named.id { return byID[id] }
        return named.email.flatMap { byEmail[$0.lowercased()] }
    }

    /// Adds a registrant and returns where it is.
    @discardableResult
    mutating func add(_ person: Person) -> Int {
        list.append(person)
        byID[person.id] = list.count - 1
        if !person.email.isEmpty { byEmail[person.email.lowercased()] = list.count - 1 }
        return list.count - 1
    }
}

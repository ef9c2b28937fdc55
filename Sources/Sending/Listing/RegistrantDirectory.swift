import Zoom

/// Who is registered for a meeting or webinar, as Zoom's three lists say together.
///
/// The lists are read page by page while Zoom goes on: who is moved from one list to another meanwhile may be seen twice
/// or not at all. So an entry may be known without its status, and an absence counts only when it was seen twice.
struct RegistrantDirectory: Sendable, Hashable {
    /// One registrant.
    struct Entry: Sendable, Hashable {
        /// Zoom's id; nil where Zoom did not say it.
        let id: String?
        /// The email address; nil where Zoom did not say it, or said two.
        fileprivate(set) var email: String?
        /// The list in which the registrant is; nil where Zoom's lists do not agree about that.
        fileprivate(set) var status: RegistrantQuery.Status?
    }

    private var entries: [Entry] = []
    private var places: [String: Int] = [:]
    private var placesByEmail: [String: [Int]] = [:]

    /// How many registrants are on it.
    var count: Int { entries.count }

    mutating func add(_ registrant: ListedRegistrant, in list: RegistrantQuery.Status) {
        // Zoom's own word in the entry must not contradict the list that it is on.
        let status = registrant.status.lowercased() == list.rawValue ? list : nil
        let id = registrant.id.isEmpty ? nil : registrant.id
        let email = registrant.email.isEmpty ? nil : registrant.email
        add(Entry(id: id, email: email, status: status))
    }

    /// Adds those whom an earlier reading saw and this one did not: they exist, but nobody knows in which list.
    mutating func keep(_ earlier: RegistrantDirectory) {
        for entry in earlier.entries where place(of: entry) == nil {
            add(Entry(id: entry.id, email: entry.email, status: nil))
        }
    }

    /// The registrant with an id.
    func entry(id: String) -> Entry? {
        places[id].map { entries[$0] }
    }

    /// The registrants with an email address, in whatever case it is written.
    func entries(email: String) -> [Entry] {
        (placesByEmail[email.lowercased()] ?? []).map { entries[$0] }
    }

    private mutating func add(_ entry: Entry) {
        if let place = place(of: entry) {
            if entries[place].status != entry.status { entries[place].status = nil }
            if entries[place].email?.lowercased() != entry.email?.lowercased() { entries[place].email = nil }
            return
        }
        if let id = entry.id { places[id] = entries.count }
        if let email = entry.email { placesByEmail[email.lowercased(), default: []].append(entries.count) }
        entries.append(entry)
    }

    private func place(of entry: Entry) -> Int? {
        if let id = entry.id { return places[id] }
        guard let email = entry.email else { return nil }
        return placesByEmail[email.lowercased()]?.first { entries[$0].id == nil }
    }
}

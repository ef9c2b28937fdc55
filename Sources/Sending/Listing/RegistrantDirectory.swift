import Zoom

/// Who is registered for a meeting or webinar, according to Zoom's three lists together.
///
/// The lists are read page by page while they change: a registrant who moves from one list to another meanwhile may be
/// seen twice or not at all. So an entry may have no known status, and an absence counts only if it was seen twice.
struct RegistrantDirectory: Sendable, Hashable {
    /// One registrant.
    struct Entry: Sendable, Hashable {
        /// Zoom's id; nil if Zoom did not give it.
        let id: String?
        /// The email address; nil if Zoom gave none, or two.
        fileprivate(set) var email: String?
        /// The list that the registrant is in; nil if Zoom's lists disagree.
        fileprivate(set) var status: RegistrantQuery.Status?
    }

    private var entries: [Entry] = []
    private var places: [String: Int] = [:]
    private var placesByEmail: [String: [Int]] = [:]

    /// How many registrants it holds.
    var count: Int { entries.count }

    mutating func add(_ registrant: ListedRegistrant, in list: RegistrantQuery.Status) {
        // The status in the entry must not contradict its list.
        let status = registrant.status.lowercased() == list.rawValue ? list : nil
        let id = registrant.id.isEmpty ? nil : registrant.id
        let email = registrant.email.isEmpty ? nil : registrant.email
        add(Entry(id: id, email: email, status: status))
    }

    /// Adds registrants whom only an earlier reading saw: they exist, but their list is unknown.
    mutating func keep(_ earlier: RegistrantDirectory) {
        for entry in earlier.entries where place(of: entry) == nil {
            add(Entry(id: entry.id, email: entry.email, status: nil))
        }
    }

    /// The registrant with an id.
    func entry(id: String) -> Entry? {
        places[id].map { entries[$0] }
    }

    /// The registrants with an email address, ignoring case.
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

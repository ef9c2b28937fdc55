/// Settles what rows with equal keys mean for each other, once all of them are known.
///
/// Rows that share a key form a group. A row has up to two keys, an id's and an email's, and so joins two groups: where
/// rows disagree, all rows connected that way count as one person.
struct DuplicateResolver {
    private let policy: SheetOptions.ConflictPolicy
    private var members: [Member] = []
    private var groups: [Group] = []
    /// Two rows that give one id different emails, by the root group of their union.
    private var mixUps: [UInt32: (one: Place, other: Place)] = [:]

    /// One row in one group.
    fileprivate struct Member {
        let row: UInt32
        let sheetRow: UInt32
        let group: UInt32
        let action: UInt8
        /// Whether the group shares an email, and not an id.
        let isEmail: Bool
        /// Whether the row has the other kind of key too.
        let hasOther: Bool
        /// Whether the row decides about the registrant with the key; otherwise it only links id and email.
        let decides: Bool

        /// Whether it may follow an earlier row of the group. A row with its own id is a different registrant from one
        /// with the same email, unless the ids are the same.
        var mayFollow: Bool { !isEmail || !hasOther }
    }

    private struct Group {
        /// The group it was united with; itself if it is the root.
        var parent: UInt32
        /// The first row of the group for each action.
        var firsts = Firsts()
        /// The first and last row of all united groups, and the first that contradicts the first.
        var first: Place?
        var last: Place?
        var contrary: Place?
        /// If the group shares an id: the first row that has an email too, and whose email that is.
        var email: (place: Place, owner: EmailOwner)?
    }

    /// Tells emails apart: by the group that shares one, or by the only row that has it.
    private enum EmailOwner: Equatable {
        case group(UInt32)
        case row(UInt32)
    }

    /// A place for each action, by its number.
    private struct Firsts {
        private var places: (Place?, Place?, Place?)

        subscript(action: UInt8) -> Place? {
            get { action == 0 ? places.0 : action == 1 ? places.1 : places.2 }
            set {
                switch action {
                case 0: places.0 = newValue
                case 1: places.1 = newValue
                default: places.2 = newValue
                }
            }
        }
    }

    fileprivate struct Place {
        let row: UInt32
        let sheetRow: UInt32
        let action: UInt8
    }

    init(policy: SheetOptions.ConflictPolicy) {
        self.policy = policy
    }

    /// Adds rows that share a key, in the order of their numbers.
    mutating func add(_ run: Slice<UnsafeMutableBufferPointer<KeyEntry>>) {
        var group = Group(parent: UInt32(groups.count))
        for entry in run where entry.unites {
            let member = Member(
                row: UInt32(entry.row),
                sheetRow: UInt32(entry.sheetRow),
                group: group.parent,
                action: UInt8(entry.action),
                isEmail: entry.isEmail,
                hasOther: entry.hasOther,
                decides: entry.decides
            )
            members.append(member)
            if member.decides, group.firsts[member.action] == nil { group.firsts[member.action] = Place(member) }
        }
        groups.append(group)
    }

    /// All overlaps, in the order of the rows.
    mutating func overlaps() -> [DuplicateFinder.Overlap] {
        members.sort { ($0.row, $0.group) < ($1.row, $1.group) }
        unite()
        survey()
        findMixUps()
        var overlaps: [DuplicateFinder.Overlap] = []
        var index = 0
        while index < members.count {
            let own = members[index]
            let all = members[index...].prefix { $0.row == own.row }
            index += all.count
            let deciding = all.filter(\.decides)
            guard let own = deciding.first else { continue }
            if let overlap = mixUp(of: own) ?? clash(of: own) ?? duplicate(deciding, after: overlaps) {
                overlaps.append(overlap)
            }
        }
        return overlaps
    }

    // MARK: Identifying persons

    private mutating func unite() {
        for (one, other) in zip(members, members.dropFirst()) where one.row == other.row {
            let a = root(one.group)
            let b = root(other.group)
            groups[Int(max(a, b))].parent = min(a, b)
        }
    }

    /// The root of all groups that a group was united with.
    private mutating func root(_ group: UInt32) -> UInt32 {
        var at = Int(group)
        while groups[at].parent != at {
            groups[at].parent = groups[Int(groups[at].parent)].parent
            at = Int(groups[at].parent)
        }
        return UInt32(at)
    }

    private mutating func survey() {
        for member in members where member.decides {
            let at = Int(root(member.group))
            let place = Place(member)
            if groups[at].first == nil { groups[at].first = place }
            groups[at].last = place
            if groups[at].contrary == nil, groups[at].first?.action != place.action { groups[at].contrary = place }
        }
    }

    private mutating func findMixUps() {
        for (index, member) in members.enumerated() where !member.isEmail && member.hasOther && member.decides {
            // A row's groups are adjacent.
            let before = members[..<index].reversed().prefix { $0.row == member.row }
            let after = members[(index + 1)...].prefix { $0.row == member.row }
            let email = (before + after).first { $0.isEmail && $0.decides }
            let owner = email.map { EmailOwner.group($0.group) } ?? .row(member.row)
            let place = Place(member)
            guard let known = groups[Int(member.group)].email else {
                groups[Int(member.group)].email = (place, owner)
                continue
            }
            guard known.owner != owner else { continue }
            let root = root(member.group)
            if mixUps[root] == nil { mixUps[root] = (known.place, place) }
        }
    }

    // MARK: Consequences for a row

    private mutating func mixUp(of member: Member) -> DuplicateFinder.Overlap? {
        guard !mixUps.isEmpty, let (one, other) = mixUps[root(member.group)] else { return nil }
        return overlap(.mixedUp, member, other: member.row == one.row ? other : one)
    }

    /// What contradicts a row; nil if nothing does, or if its action is the one that counts.
    private mutating func clash(of member: Member) -> DuplicateFinder.Overlap? {
        let group = groups[Int(root(member.group))]
        guard let first = group.first, let last = group.last, let contrary = group.contrary else { return nil }
        switch policy {
        case .reject:
            return overlap(.conflict, member, other: first.action == member.action ? contrary : first)
        case .first:
            return first.action == member.action ? nil : overlap(.overruled, member, other: first)
        case .last:
            return last.action == member.action ? nil : overlap(.overruled, member, other: last)
        }
    }

    /// The earlier row that a row follows, if there is one.
    private func duplicate(
        _ memberships: [Member],
        after overlaps: [DuplicateFinder.Overlap]
    ) -> DuplicateFinder.Overlap? {
        let places = memberships.compactMap { member -> Place? in
            guard member.mayFollow, let place = groups[Int(member.group)].firsts[member.action],
                place.row < member.row
            else { return nil }
            return place
        }
        guard let member = memberships.first, let place = places.min(by: { $0.row < $1.row }) else { return nil }
        // The row before may itself follow another.
        if let before = Self.find(Int(place.row), in: overlaps) {
            return .init(row: Int(member.row), kind: .duplicate, other: before.other, otherRow: before.otherRow)
        }
        return overlap(.duplicate, member, other: place)
    }

    private func overlap(_ kind: DuplicateFinder.Overlap.Kind, _ member: Member, other: Place)
        -> DuplicateFinder.Overlap
    {
        .init(row: Int(member.row), kind: kind, other: Int(other.row), otherRow: Int(other.sheetRow))
    }

    private static func find(_ row: Int, in overlaps: [DuplicateFinder.Overlap]) -> DuplicateFinder.Overlap? {
        var range = overlaps.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if overlaps[middle].row == row { return overlaps[middle] }
            range = overlaps[middle].row < row ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}

extension DuplicateResolver.Place {
    fileprivate init(_ member: DuplicateResolver.Member) {
        self.init(row: member.row, sheetRow: member.sheetRow, action: member.action)
    }
}

@testable import Decisions

/// What rows mean for each other, by comparing each with each.
struct PlainDuplicates {
    struct Row {
        let target: Int
        let id: String
        /// As the row has it.
        let email: String
        let action: Action
        /// The email as it is compared, with each other row and several times.
        fileprivate let folded: String

        init(target: Int, id: String, email: String, action: Action) {
            self.target = target
            self.id = id
            self.email = email
            self.action = action
            folded = email.lowercased()
        }

        func isSamePerson(as other: Row) -> Bool {
            guard target == other.target else { return false }
            return !id.isEmpty && id == other.id
                || !email.isEmpty && folded == other.folded
        }

        /// Whether it follows an earlier row that decides the same.
        func follows(_ earlier: Row) -> Bool {
            guard target == earlier.target, action == earlier.action else { return false }
            if !id.isEmpty { return id == earlier.id }
            return folded == earlier.folded
        }
    }

    /// For each row that is not simply sent: what it is, and the other row, both counted from 1.
    static func findings(_ rows: [Row], _ policy: SheetOptions.ConflictPolicy) -> [Int: (String, Int)] {
        var people = Array(rows.indices)
        var isSettled = false
        while !isSettled {
            isSettled = true
            for one in rows.indices {
                for other in rows.indices where rows[one].isSamePerson(as: rows[other]) && people[one] > people[other] {
                    people[one] = people[other]
                    isSettled = false
                }
            }
        }
        var findings: [Int: (String, Int)] = [:]
        for own in rows.indices {
            let all = rows.indices.filter { people[$0] == people[own] }
            if let (one, other) = mixUp(of: all, in: rows) {
                findings[own + 1] = ("mixedUp", (own == one ? other : one) + 1)
                continue
            }
            let others = all.filter { rows[$0].action != rows[own].action }
            if let other = others.first, let first = all.first, let last = all.last {
                switch policy {
                case .reject: findings[own + 1] = ("conflict", other + 1)
                case .first where rows[first].action != rows[own].action: findings[own + 1] = ("overruled", first + 1)
                case .last where rows[last].action != rows[own].action: findings[own + 1] = ("overruled", last + 1)
                default: break
                }
            }
            guard findings[own + 1] == nil, let earlier = (0..<own).first(where: { rows[own].follows(rows[$0]) }) else {
                continue
            }
            findings[own + 1] = ("duplicate", findings[earlier + 1]?.1 ?? earlier + 1)
        }
        return findings
    }

    /// The first row of a person that gives an id another email than the first row with that id and any email.
    private static func mixUp(of person: [Int], in rows: [Row]) -> (one: Int, other: Int)? {
        for other in person where !rows[other].id.isEmpty && !rows[other].email.isEmpty {
            let first = person.first { rows[$0].id == rows[other].id && !rows[$0].email.isEmpty }
            if let one = first, rows[one].folded != rows[other].folded { return (one, other) }
        }
        return nil
    }
}

package import Decisions

/// What the journal says of a registrant's status, as one decision of a spreadsheet made it so.
package struct Claim: Sendable, Hashable {
    /// The row's number among the rows under the header, counted from 1.
    package let row: Int
    /// The numbers of the rows that merely repeat it, in file order.
    package internal(set) var repeats: [Int]
    /// What was done, so that it should still be so.
    package let action: Action
    /// The registrant as the row named it, with Zoom's id where it was learned.
    package let registrant: Registrant

    package init(row: Int, repeats: [Int] = [], action: Action, registrant: Registrant) {
        self.row = row
        self.repeats = repeats
        self.action = action
        self.registrant = registrant
    }
}

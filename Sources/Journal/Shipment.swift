package import Decisions

/// A batch whose intent is on disk: it may be sent now.
package struct Shipment: Sendable, Hashable {
    package let batch: BatchID
    /// Where it goes.
    package let target: Target
    /// What it asks for.
    package let action: Action
    /// Whom it is about, in file order.
    package let registrants: [Registrant]
    /// For each registrant, how many requests of this UTC day held a decision about that registrant and target.
    package let changesToday: [Int]

    /// Wraps what a journal, or a simulated one, has marked as in flight.
    package init(
        batch: BatchID,
        target: Target,
        action: Action,
        registrants: [Registrant],
        changesToday: [Int]
    ) {
        self.batch = batch
        self.target = target
        self.action = action
        self.registrants = registrants
        self.changesToday = changesToday
    }
}

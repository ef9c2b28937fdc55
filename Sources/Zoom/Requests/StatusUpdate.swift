package import Decisions

/// One request of "Update registrant's status": the same action for up to 30 registrants of one target.
package struct StatusUpdate: Sendable, Hashable {
    /// The meeting or webinar, and the occurrence if one is meant.
    package let target: Target
    /// What to do with the registrants.
    package let action: Action
    /// Whom it is about, in the order of the batch.
    package let registrants: [Registrant]

    package init(target: Target, action: Action, registrants: [Registrant]) {
        self.target = target
        self.action = action
        self.registrants = registrants
    }
}

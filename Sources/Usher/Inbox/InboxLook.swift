import FoundationEssentials

/// What a look into an inbox came to.
struct InboxLook: Sendable, Hashable {
    /// Something that was put there to be read and can't be, and why.
    struct Refused: Sendable, Hashable {
        let name: String
        let reason: String
    }

    /// To be read, in this order.
    var ready: [InboxEntry] = []
    /// Still being written or synchronized, or too fresh to be sure.
    var unsettled: [String] = []
    /// When the first of those will have settled, if nobody touches it.
    var nextLook: Date?
    /// What needs a person.
    var refused: [Refused] = []
    /// What is no spreadsheet by its name.
    var leftAlone: [String] = []
}

public import Decisions

/// How a spreadsheet enters the journal.
public struct IngestOptions: Sendable, Hashable {
    /// How to read the spreadsheet.
    public var sheet: SheetOptions
    /// The most registrants in a batch.
    public var batchSize: Int
    /// Whether decisions that the journal shows as applied are sent all the same.
    public var reapply: Bool

    /// The defaults of `usher run`.
    public init(sheet: SheetOptions = SheetOptions(), batchSize: Int = 30, reapply: Bool = false) {
        self.sheet = sheet
        self.batchSize = batchSize
        self.reapply = reapply
    }
}

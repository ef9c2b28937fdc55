package import Decisions

/// How a spreadsheet enters the journal.
package struct IngestOptions: Sendable, Hashable {
    /// How to read the spreadsheet.
    package var sheet: SheetOptions
    /// The most registrants in a batch.
    package var batchSize: Int
    /// Whether decisions that the journal shows as applied are sent all the same.
    package var reapply: Bool

    /// The defaults of `usher run`.
    package init(sheet: SheetOptions = SheetOptions(), batchSize: Int = 30, reapply: Bool = false) {
        self.sheet = sheet
        self.batchSize = batchSize
        self.reapply = reapply
    }
}

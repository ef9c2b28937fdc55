/// How much is in a journal.
public struct JournalCensus: Sendable, Hashable {
    /// Spreadsheets.
    public let jobs: Int
    /// Their rows.
    public let rows: Int
    /// Batches, those that others replaced included.
    public let batches: Int
    /// Requests that were made.
    public let requests: Int
}

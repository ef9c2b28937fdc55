/// How much is in a journal.
package struct JournalCensus: Sendable, Hashable {
    /// Spreadsheets.
    package let jobs: Int
    /// Their rows.
    package let rows: Int
    /// Batches, those that others replaced included.
    package let batches: Int
    /// Requests that were made.
    package let requests: Int
}

/// What became of a spreadsheet that was handed to the journal.
package struct IngestReport: Sendable, Hashable {
    package let job: JobID
    /// False where the journal knew the content already, whatever the file was called.
    package let isNew: Bool
    /// Rows of an earlier version of the spreadsheet that were not sent yet, do not stand in it any more, and are skipped.
    package var withdrawn = 0
    /// Other jobs of whose rows some have another outcome now.
    package var alsoChanged: Set<JobID> = []
}

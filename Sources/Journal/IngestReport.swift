/// What became of a spreadsheet that was handed to the journal.
public struct IngestReport: Sendable, Hashable {
    /// Its job.
    public let job: JobID
    /// False where the journal knew the content already, whatever the file was called.
    public let isNew: Bool
    /// Rows of an earlier version of the spreadsheet that were not sent yet, do not stand in it any more, and are skipped.
    public var withdrawn = 0
    /// Other jobs of whose rows some have another outcome now.
    public var alsoChanged: Set<JobID> = []
}

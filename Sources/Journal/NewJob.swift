/// What is known of a job before its rows are read.
struct NewJob {
    /// SHA-256 of the spreadsheet's bytes.
    let digest: [UInt8]
    /// The job of the same spreadsheet that gives its place to this one.
    var replaces: JobID?
    /// The options that change what the bytes mean, in a fixed notation; empty for none.
    let reading: String
    /// The file's name.
    let name: String
    /// Where it lies, if it lies anywhere.
    let path: String?
    /// Tells the file from any other, if the file system can.
    var file: String?
    /// The job of the same file, or of one with the same content, that lay elsewhere before.
    var movedFrom: JobID?
    /// The byte between fields.
    let delimiter: UInt8
    /// The header record.
    let header: [UInt8]
    let headerFields: Int
    /// What the reader has to say about the file as a whole.
    let notices: [String]
}

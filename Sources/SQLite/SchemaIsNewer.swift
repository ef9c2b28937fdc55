/// The file was written by a newer version of the program, and was left untouched.
public struct SchemaIsNewer: Error, Sendable, Hashable {
    /// The version found in the file.
    public let found: Int
    /// The newest version this program knows.
    public let known: Int
}

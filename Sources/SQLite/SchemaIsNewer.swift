/// The file was written by a newer version of the program, and was left untouched.
package struct SchemaIsNewer: Error, Sendable, Hashable {
    /// The version found in the file.
    package let found: Int
    /// The newest version this program knows.
    package let known: Int
}

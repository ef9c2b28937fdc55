/// The id of one occurrence of a recurring meeting or webinar.
///
/// Zoom writes a number of milliseconds since 1970, and nothing else is taken from a spreadsheet (`NumberRule`). But it
/// documents plain text, and older journals hold such, so this type keeps any printable text as it is.
package struct OccurrenceID: Sendable, Hashable, CustomStringConvertible {
    /// The id as Zoom wrote it.
    package let description: String

    /// Accepts 1 to 128 bytes of printable text without spaces at its ends; anything else is nil.
    package init?(_ text: some StringProtocol) {
        guard text.first != " ", text.last != " ", !text.isEmpty, text.utf8.count <= 128,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        description = String(text)
    }
}

/// How a spreadsheet's bytes stand for characters.
package enum TextEncoding: Sendable, Hashable {
    /// With or without a byte-order mark.
    case utf8
    /// Little-endian, with a byte-order mark: what Excel calls "Unicode Text".
    case utf16LittleEndian
    /// Big-endian, with a byte-order mark.
    case utf16BigEndian
    /// Older Windows programs' Western text; assumed only where the bytes are not UTF-8 and look like it.
    case windows1252
    /// What somebody named who knows.
    case named(Charset)
}

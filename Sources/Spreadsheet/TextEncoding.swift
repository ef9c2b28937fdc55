/// How a spreadsheet's bytes stand for characters.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable {
    /// With or without a byte-order mark.
    case utf8 = "UTF-8"
    /// Little-endian, with a byte-order mark: what Excel calls "Unicode Text".
    case utf16LittleEndian = "UTF-16 LE"
    /// Big-endian, with a byte-order mark.
    case utf16BigEndian = "UTF-16 BE"
    /// Older Windows programs' Western text; assumed only where the bytes are not UTF-8.
    case windows1252 = "Windows-1252"
}

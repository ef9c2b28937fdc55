/// The characters that may separate cells.
enum Delimiter {
    /// In the order in which they are tried: comma, semicolon, tab, vertical bar.
    static let all: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

    /// How a message calls it.
    static func name(_ byte: UInt8) -> String {
        switch byte {
        case 0x2C: "comma"
        case 0x3B: "semicolon"
        case 0x09: "tab"
        default: "vertical bar"
        }
    }
}

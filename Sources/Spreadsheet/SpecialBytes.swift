/// Finds the bytes that mean something in CSV, eight at a time, in ordinary 64-bit registers.
struct SpecialBytes {
    private let delimiter: UInt64

    init(delimiter: UInt8) {
        self.delimiter = UInt64(delimiter) &* Self.each
    }

    /// The high bit of each byte of the result is set where that byte is a delimiter, a quote, CR or LF; exact, without
    /// the false hits that cheaper formulas give above a true one.
    @inline(__always)
    func mask(_ word: UInt64) -> UInt64 {
        let quote = Self.nonZero(word ^ (0x22 &* Self.each))
        let newline = Self.nonZero(word ^ (0x0A &* Self.each))
        let carriageReturn = Self.nonZero(word ^ (0x0D &* Self.each))
        return ~(Self.nonZero(word ^ delimiter) & quote & newline & carriageReturn) & Self.high
    }

    private static let each: UInt64 = 0x0101_0101_0101_0101
    private static let high: UInt64 = 0x8080_8080_8080_8080
    private static let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

    /// The high bit of each byte is set where the byte is not zero.
    @inline(__always)
    private static func nonZero(_ word: UInt64) -> UInt64 {
        ((word & low) &+ low) | word
    }
}

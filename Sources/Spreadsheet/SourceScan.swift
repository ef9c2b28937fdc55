/// What a first look over all bytes tells: what kind of file it is, and how it is encoded.
///
/// Whether bytes are UTF-8 can only be said after the last one, so this is a pass of its own; the caller may use it to
/// compute a digest on the way.
public struct SourceScan: Sendable, Hashable {
    /// How characters are encoded.
    public let encoding: TextEncoding
    /// Bytes of byte-order mark at the beginning.
    public let markLength: Int

    /// Reads the whole source.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - each: Gets every byte, in order, in chunks.
    /// - Throws: `SpreadsheetError` for an empty file, or one that is no CSV.
    public init(_ source: SpreadsheetSource, each: (UnsafeRawBufferPointer) -> Void = { _ in }) throws(SpreadsheetError)
    {
        guard source.size > 0 else {
            throw SpreadsheetError(name: source.name, "The file is empty. Export the spreadsheet as CSV once more.")
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 64)
        defer { buffer.deallocate() }
        var validator = UTF8Validator()
        var offset = 0
        var head: [UInt8] = []
        while true {
            let count = try source.read(into: buffer, at: offset)
            guard count > 0 else { break }
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count])
            if offset == 0 {
                head = Array(bytes.prefix(1024))
                if let advice = ForeignFormat.advice(for: head) { throw SpreadsheetError(name: source.name, advice) }
            }
            each(bytes)
            validator.consume(bytes)
            offset += count
        }
        if head.starts(with: [0xFF, 0xFE]) {
            encoding = .utf16LittleEndian
            markLength = 2
        } else if head.starts(with: [0xFE, 0xFF]) {
            encoding = .utf16BigEndian
            markLength = 2
        } else if validator.isValidAtEnd {
            encoding = .utf8
            markLength = head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        } else {
            encoding = .windows1252
            markLength = 0
        }
    }

    static let chunkSize = 1 << 18
}

/// The result of a first pass over all bytes: what kind of file it is, and how it is encoded.
///
/// Only the last byte settles whether bytes are UTF-8, so this is a separate pass; the caller may use it to compute a
/// digest.
package struct SourceScan: Sendable, Hashable {
    package private(set) var encoding: TextEncoding
    /// Evidence against the encoding, if it is assumed.
    private var doubt: SingleByteGuess.Doubt?
    /// The length of the byte-order mark at the beginning, in bytes.
    package let markLength: Int

    /// Reads the whole source.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - each: Receives every byte, in order, in chunks.
    /// - Throws: `SpreadsheetError` for an empty file, or one that is not a CSV.
    package init(_ source: SpreadsheetSource, each: (UnsafeRawBufferPointer) -> Void = { _ in })
        throws(SpreadsheetError)
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
        } else {
            // A file that begins but does not end as UTF-8 was concatenated from several.
            encoding = validator.isValidAtEnd ? .utf8 : .windows1252
            markLength = head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        }
        if encoding == .windows1252 { doubt = try Self.doubt(about: source, from: markLength, buffer) }
    }

    /// Rereads a file that is not UTF-8.
    private static func doubt(
        about source: SpreadsheetSource,
        from start: Int,
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SpreadsheetError) -> SingleByteGuess.Doubt? {
        var look = SingleByteGuess()
        var offset = start
        while true {
            let count = try source.read(into: buffer, at: offset)
            guard count > 0 else { return look.finish() }
            look.consume(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
            offset += count
        }
    }

    /// Settles how to read a file whose bytes are ambiguous.
    ///
    /// - Parameters:
    ///   - charset: What the user named; it counts only if the bytes are not UTF-8.
    ///   - name: The file's name.
    /// - Throws: `SpreadsheetError` if none was named and it would be a guess: names would come back changed.
    package func settled(_ charset: Charset?, name: String) throws(SpreadsheetError) -> SourceScan {
        guard encoding == .windows1252 else { return self }
        var scan = self
        if let charset {
            scan.encoding = charset.encoding
            return scan
        }
        switch doubt {
        case nil: return self
        case .partlyUTF8:
            throw SpreadsheetError(
                name: name,
                """
                Most of the file is UTF-8 and a part of it is not, as where files of two programs are put together, so its \
                letters can't be told for certain. Open each file and save it as "CSV UTF-8", then put them together.
                """
            )
        case .otherCharset:
            throw SpreadsheetError(
                name: name,
                """
                The file is not UTF-8, and its letters do not look like Windows-1252 either, so people's names would come back \
                changed. Open it and save it as CSV UTF-8 ("CSV UTF-8" in Excel); or, if you know its charset, name it with \
                --charset, for example --charset mac-roman or --charset shift_jis.
                """
            )
        }
    }

    static let chunkSize = 1 << 18
}

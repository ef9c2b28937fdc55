// swift-format-ignore-file: NeverForceUnwrap
// Because: the buffer is never empty, so it has an address.

/// Reads a spreadsheet record by record (RFC 4180), in memory that does not grow with the file.
///
/// Quotes may hold delimiters, line ends and doubled quotes. A line ends with LF, CRLF or CR. What RFC 4180 does not
/// allow but programs write is read as most programs read it (a quote inside an unquoted field is literal; text after a
/// closing quote is appended), and `isWellFormed` says so. A byte-order mark at the beginning of a record, as in
/// concatenated files, belongs to the raw record but not to its first field.
package final class RecordReader {
    /// One field: where its content lies in the buffer.
    private struct Field {
        var start: Int32
        var end: Int32
        var isEscaped: Bool
        var isQuoted: Bool
        /// Where its unescaped content lies in `scratch`, once requested.
        var unescaped: Range<Int32>?
    }

    /// The longest record allowed, in bytes of UTF-8 without its line end; anything longer has an unclosed quote or is
    /// not a spreadsheet.
    static let longestRecord = 1 << 20

    private let source: SpreadsheetSource
    private let delimiter: UInt8
    private let special: SpecialBytes
    private var transcoder: Transcoder
    private let transcodes: Bool
    private let chunkSize: Int

    private var buffer: UnsafeMutableRawBufferPointer
    /// The bytes in the buffer that have not been returned yet.
    private var start = 0
    /// Where the record begins after its byte-order marks.
    private var contentStart = 0
    private var end = 0
    private var offset: Int
    private var isAtEnd = false
    /// The current word, so that a record need not rescan what the one before has seen.
    private var word = 0
    private var pending: UInt64 = 0

    private var fields: UnsafeMutableBufferPointer<Field>
    /// Room for the unescaped content of a record's fields, which is never longer than the record.
    private var scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 4096)
    private var scratchCount = 0
    private var next = 0
    private var recordEnd = 0
    private var nextLine = 1

    // What other rooms read of each record: the accesses are too short to meet another, and checking each of them at run
    // time would cost as much as a cell does.

    /// How many fields the record has.
    @exclusivity(unchecked) package private(set) var fieldCount = 0
    /// The line on which the record begins, counted from 1.
    @exclusivity(unchecked) package private(set) var line = 0
    /// The row in which a spreadsheet program shows it, counted from 1: each record is one, also a blank one. 0 for a
    /// first line that only states the delimiter.
    @exclusivity(unchecked) package private(set) var row = 0
    /// How many lines of the file it spans; more than one if a quoted field holds line ends.
    @exclusivity(unchecked) package private(set) var lineCount = 0
    /// Where it is.
    package var place: RowPlace { RowPlace(row: row, line: line) }
    /// Whether the record follows RFC 4180.
    @exclusivity(unchecked) package private(set) var isWellFormed = true

    /// Begins at the first record.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - scan: What is known of its encoding.
    ///   - delimiter: The byte between fields.
    ///   - chunkSize: How many bytes to read at once; tests make it small.
    package init(_ source: SpreadsheetSource, scan: SourceScan, delimiter: UInt8, chunkSize: Int = 1 << 18) {
        self.source = source
        self.delimiter = delimiter
        self.chunkSize = chunkSize
        special = SpecialBytes(delimiter: delimiter)
        transcoder = Transcoder(scan.encoding)
        transcodes = scan.encoding != .utf8
        offset = scan.markLength
        buffer = .allocate(byteCount: Transcoder.room(for: chunkSize) + Self.slack, alignment: 8)
        fields = .allocate(capacity: 64)
    }

    deinit {
        buffer.deallocate()
        fields.deallocate()
        scratch.deallocate()
    }

    /// Words are read whole, including the last one.
    private static let slack = 16

    /// Advances to the next record; false after the last.
    ///
    /// - Throws: `SpreadsheetError` if a quote is never closed, a record is too long, or the disk fails.
    package func advance() throws(SpreadsheetError) -> Bool {
        while true {
            if next < end, scanRecord() {
                guard recordEnd - start <= Self.longestRecord else { throw tooLong(place, isOpen: false) }
                return true
            }
            guard !isAtEnd else {
                guard next < end else { return false }
                // At the end of the file, only an open quote leaves a record incomplete.
                throw SpreadsheetError(
                    name: source.name,
                    place: RowPlace(row: row + 1, line: openQuoteLine),
                    """
                    A quotation mark (") opens a cell here and is never closed, so that all the rest of the file belongs to it. \
                    Close it, or export the sheet again.
                    """
                )
            }
            // Part of a line end may be there.
            guard end - next <= Self.longestRecord + 1 else {
                throw tooLong(RowPlace(row: row + 1, line: nextLine), isOpen: isInsideQuotes)
            }
            try fill()
        }
    }

    private func tooLong(_ place: RowPlace, isOpen: Bool) -> SpreadsheetError {
        // A quote may be to blame if a cell spans several lines; otherwise there is none to fix.
        let advice =
            if isOpen {
                """
                A quotation mark (") opens a cell on line \(openQuoteLine) of the file and is not closed within that; most likely \
                it never is. Close it, or export the sheet again.
                """
            } else if lineCount > 1, place.line == line {
                """
                It goes on to line \(line + lineCount - 1) of the file, so a quotation mark (") may be in the wrong place. \
                Correct it, or export the sheet again.
                """
            } else {
                "No row of decisions is so long. Shorten its cells, or export the sheet again as CSV."
            }
        return SpreadsheetError(
            name: source.name,
            place: place,
            "The row that begins here is longer than a mebibyte (1,048,576 bytes). \(advice)"
        )
    }

    /// The bytes of a field, without its quotes. Valid until `advance`.
    package func field(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let field = fields[index]
        let raw = bytes(Int(field.start), Int(field.end))
        guard field.isEscaped else { return raw }
        let range = field.unescaped ?? unescape(raw, isQuoted: field.isQuoted)
        fields[index].unescaped = range
        return UnsafeBufferPointer(rebasing: scratch[Int(range.lowerBound)..<Int(range.upperBound)])
    }

    /// If text follows the closing quote of a field: the whole field as in the file, quotes included. Spaces there do
    /// not count as text. Valid until `advance`.
    package func textBesideQuotes(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
        let field = fields[index]
        // Only such a field's content reaches beyond its closing quote.
        guard field.isQuoted, field.isEscaped else { return nil }
        let content = bytes(Int(field.start), Int(field.end))
        var position = 0
        while position < content.count {
            if content[position] == 0x22 {
                guard position + 1 < content.count, content[position + 1] == 0x22 else { break }
                position += 1
            }
            position += 1
        }
        guard content.dropFirst(position + 1).contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return nil }
        return bytes(Int(field.start) - 1, Int(field.end))
    }

    /// The record as in the file (in UTF-8), without its line end. Byte-order marks before it are within the quotes of
    /// its first field, if it has any: before the quotes, other programs would take the quotes for text.
    package var raw: UnsafeBufferPointer<UInt8> { bytes(start, recordEnd) }

    /// The byte-order marks before the record's first field.
    package var mark: UnsafeBufferPointer<UInt8> {
        isMarkQuoted ? bytes(start + 1, contentStart + 1) : bytes(start, contentStart)
    }

    /// Whether the line is empty.
    package var isBlank: Bool { recordEnd == contentStart }

    private var isMarkQuoted = false

    private var openQuoteLine = 1
    /// Whether the buffer ended within quotes, without a whole record.
    private var isInsideQuotes = false

    private func bytes(_ from: Int, _ to: Int) -> UnsafeBufferPointer<UInt8> {
        let base = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: base + from, count: to - from)
    }

    /// Turns doubled quotes into single ones and removes quotes around a part of the field.
    private func unescape(_ raw: UnsafeBufferPointer<UInt8>, isQuoted: Bool) -> Range<Int32> {
        if scratchCount == 0, scratch.count < recordEnd - start {
            scratch.deallocate()
            scratch = .allocate(capacity: (recordEnd - start) * 2)
        }
        let first = scratchCount
        var inside = isQuoted
        var index = 0
        while index < raw.count {
            let byte = raw[index]
            index += 1
            if byte == 0x22, inside {
                guard index < raw.count, raw[index] == 0x22 else {
                    // The closing quote of a field with text after it.
                    inside = false
                    continue
                }
                index += 1
            }
            scratch[scratchCount] = byte
            scratchCount += 1
        }
        return Int32(first)..<Int32(scratchCount)
    }

    // MARK: Filling

    private func fill() throws(SpreadsheetError) {
        start = next
        if start > 0 {
            buffer.baseAddress!.copyMemory(from: buffer.baseAddress! + start, byteCount: end - start)
            end -= start
            start = 0
            next = 0
        }
        let room = transcodes ? Transcoder.room(for: chunkSize) : chunkSize
        if buffer.count - Self.slack - end < room {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2 + room, alignment: 8)
            larger.baseAddress!.copyMemory(from: buffer.baseAddress!, byteCount: end)
            buffer.deallocate()
            buffer = larger
        }
        if transcodes {
            let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 8)
            defer { chunk.deallocate() }
            let count = try source.read(into: chunk, at: offset)
            offset += count
            isAtEnd = count < chunkSize
            end += transcoder.transcode(
                UnsafeRawBufferPointer(rebasing: chunk[..<count]),
                to: buffer.baseAddress! + end,
                isLast: isAtEnd
            )
        } else {
            let count = try source.read(
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[end..<end + chunkSize]),
                at: offset
            )
            offset += count
            isAtEnd = count < chunkSize
            end += count
        }
        restartScan(at: 0)
    }

    private func restartScan(at position: Int) {
        word = position & ~7
        pending = special.mask(load(word)) & (~0 << UInt64((position & 7) * 8))
    }

    @inline(__always)
    private func load(_ position: Int) -> UInt64 {
        UInt64(littleEndian: buffer.baseAddress!.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    // MARK: Scanning

    /// The next untaken position with a special byte; `end` if there is none.
    @inline(__always)
    private func nextSpecial() -> Int {
        while pending == 0 {
            word += 8
            guard word < end else { return end }
            pending = special.mask(load(word))
        }
        let position = word + pending.trailingZeroBitCount >> 3
        pending &= pending &- 1
        return min(position, end)
    }

    /// Finds the fields of the record at `next`; false if its end is not in the buffer yet.
    private func scanRecord() -> Bool {
        let base = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
        var begin = next
        while isMark(base + begin, end - begin) { begin += 3 }
        var count = 0
        var fieldStart = begin
        var wellFormed = true
        var extraLines = 0
        while true {
            var field = Field(start: Int32(fieldStart), end: 0, isEscaped: false, isQuoted: false)
            var position: Int
            if fieldStart < end, base[fieldStart] == 0x22 {
                field.isQuoted = true
                field.start += 1
                openQuoteLine = nextLine + extraLines
                // The opening quote itself is special.
                _ = nextSpecial()
                guard let close = closingQuote(base, &field, &extraLines) else {
                    isInsideQuotes = true
                    return false
                }
                field.end = Int32(close)
                position = nextSpecial()
                if position != close + 1 {
                    // Text follows the closing quote.
                    while position < end, base[position] == 0x22 { position = nextSpecial() }
                    wellFormed = false
                    field.isEscaped = true
                    field.end = Int32(position)
                }
            } else {
                position = nextSpecial()
                while position < end, base[position] == 0x22 {
                    wellFormed = false
                    position = nextSpecial()
                }
                field.end = Int32(position)
            }
            if position == end, !isAtEnd {
                isInsideQuotes = false
                return false
            }
            if count == fields.count { growFields() }
            fields[count] = field
            count += 1
            if position < end, base[position] == delimiter {
                fieldStart = position + 1
                continue
            }
            var after = position + 1
            if position < end, base[position] == 0x0D {
                if after == end, !isAtEnd { return false }
                if after < end, base[after] == 0x0A {
                    _ = nextSpecial()
                    after += 1
                }
            }
            start = next
            contentStart = begin
            isMarkQuoted = begin > next && wellFormed && fields[0].isQuoted
            if isMarkQuoted {
                for place in (next..<begin).reversed() { base[place + 1] = base[place] }
                base[next] = 0x22
            }
            scratchCount = 0
            recordEnd = position
            next = min(after, end)
            fieldCount = count
            isWellFormed = wellFormed
            line = nextLine
            lineCount = 1 + extraLines
            nextLine += lineCount
            if line > 1 || Delimiter.stated(by: raw) == nil { row += 1 }
            return true
        }
    }

    /// Whether a byte-order mark is at the position.
    @inline(__always)
    private func isMark(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
    }

    /// The position of a field's closing quote; nil if it is not in the buffer.
    @inline(__always)
    private func closingQuote(_ base: UnsafeMutablePointer<UInt8>, _ field: inout Field, _ extraLines: inout Int)
        -> Int?
    {
        while true {
            let position = nextSpecial()
            guard position < end else { return nil }
            switch base[position] {
            case 0x22:
                guard position + 1 < end else {
                    return isAtEnd ? position : nil
                }
                guard base[position + 1] == 0x22 else { return position }
                _ = nextSpecial()
                field.isEscaped = true
            case 0x0A: extraLines += 1
            case 0x0D where position + 1 >= end || base[position + 1] != 0x0A: extraLines += 1
            default: break
            }
        }
    }

    private func growFields() {
        let larger = UnsafeMutableBufferPointer<Field>.allocate(capacity: fields.count * 2)
        _ = larger.update(fromContentsOf: fields)
        fields.deallocate()
        fields = larger
    }
}

/// Finds the bytes that mean something in CSV, eight at a time, in ordinary 64-bit registers.
struct SpecialBytes {
    private let delimiter: UInt64

    init(delimiter: UInt8) {
        self.delimiter = UInt64(delimiter) &* Self.each
    }

    /// Sets the high bit of each byte that is a delimiter, a quote, CR or LF; exact, without the false hits that
    /// cheaper formulas give above a true one.
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

    /// Sets the high bit of each byte that is not zero.
    @inline(__always)
    private static func nonZero(_ word: UInt64) -> UInt64 {
        ((word & low) &+ low) | word
    }
}

package import Files

/// Why a spreadsheet as a whole could not be read. Problems of single rows are not errors.
package struct SpreadsheetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it.
    package let name: String
    /// The affected row, if there is one.
    package let place: RowPlace?
    /// What is wrong, and what to do.
    package let sentence: String
    /// Whether the disk for temporary files is at fault, and not the file itself.
    package private(set) var isAboutDisk = false

    package init(name: String, place: RowPlace? = nil, _ sentence: String) {
        self.name = name
        self.place = place
        self.sentence = sentence
    }

    /// Temporary files could not be created, written or read.
    package static func temporaryFiles(_ reason: SystemError) -> SpreadsheetError {
        var error = SpreadsheetError(
            name: "temporary files",
            """
            They could not be written or read in \(FileDescriptor.temporaryDirectory) (\(reason)). Make room there, or set TMPDIR \
            to another directory, and run it again.
            """
        )
        error.isAboutDisk = true
        return error
    }

    /// For example `decisions.csv, row 7: …`.
    package var description: String { place == nil ? "\(name): \(sentence)" : "\(name), \(sentenceWithPlace)" }

    /// What is wrong, if the file is known: for example `row 7: …`.
    package var sentenceWithPlace: String { place.map { "\($0.inFile): \(sentence)" } ?? sentence }
}

/// Files that are not CSV, recognized by their first bytes, and what to do about each.
enum ForeignFormat {
    /// A sentence for the user; nil if the file may be CSV.
    static func advice(for head: [UInt8]) -> String? {
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            return """
                This is a workbook or another zipped file (.xlsx, .ods, .numbers), not CSV. Open it and save the sheet as \
                "CSV UTF-8", then name that file.
                """
        }
        if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            return "This is an old Excel workbook (.xls), not CSV. Open it and save the sheet as \"CSV UTF-8\"."
        }
        if head.starts(with: Array("%PDF".utf8)) {
            return "This is a PDF, not CSV. Export the list from the program it was made with as CSV."
        }
        if head.starts(with: [0x1F, 0x8B]) {
            return "This is a compressed file (gzip), not CSV. Unpack it first."
        }
        if isUnmarkedUTF16(head) {
            return """
                This is UTF-16 text without a byte-order mark, so that its characters can't be told for certain. Open it and \
                save the sheet as "CSV UTF-8", then name that file.
                """
        }
        let text = String(decoding: head, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") || text.hasPrefix("<?xml")
            || text.hasPrefix("<table")
        {
            return """
                This is a web page or XML, not CSV, whatever it is called; often a download that needed a login. \
                Download it again as CSV.
                """
        }
        return nil
    }

    /// Whether every other byte is zero, as in Western text with two bytes per character.
    private static func isUnmarkedUTF16(_ head: [UInt8]) -> Bool {
        guard head.count >= 8, !head.starts(with: [0xFF, 0xFE]), !head.starts(with: [0xFE, 0xFF]) else { return false }
        let pairs = head.prefix(64).count / 2
        let zeros = [0, 1].map { side in (0..<pairs).count { head[$0 * 2 + side] == 0 } }
        return zeros[0] == 0 && zeros[1] * 4 >= pairs * 3 || zeros[1] == 0 && zeros[0] * 4 >= pairs * 3
    }
}

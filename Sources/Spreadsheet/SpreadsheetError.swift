package import Files

/// Why a spreadsheet as a whole could not be read. The row-wise problems are not errors.
package struct SpreadsheetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it.
    package let name: String
    /// The line it is about, counted from 1, if it is about one.
    package let line: Int?
    /// What is wrong, and what to do.
    package let sentence: String
    /// Whether nothing is wrong with the file itself, but with the disk that is to hold temporary files.
    package private(set) var isAboutDisk = false

    package init(name: String, line: Int? = nil, _ sentence: String) {
        self.name = name
        self.line = line
        self.sentence = sentence
    }

    /// Temporary files could not be made, written or read.
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

    /// For example `decisions.csv, line 7: …`.
    package var description: String { line == nil ? "\(name): \(sentence)" : "\(name), \(sentenceWithLine)" }

    /// What is wrong, for one who knows the file: for example `line 7: …`.
    package var sentenceWithLine: String { line.map { "line \($0): \(sentence)" } ?? sentence }
}

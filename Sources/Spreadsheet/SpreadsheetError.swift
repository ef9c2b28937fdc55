/// Why a spreadsheet as a whole could not be read. The row-wise problems are not errors.
public struct SpreadsheetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it.
    public let name: String
    /// The line it is about, counted from 1, if it is about one.
    public let line: Int?
    /// What is wrong, and what to do.
    public let sentence: String

    /// Makes an error about a file.
    public init(name: String, line: Int? = nil, _ sentence: String) {
        self.name = name
        self.line = line
        self.sentence = sentence
    }

    /// For example `decisions.csv, line 7: …`.
    public var description: String {
        line.map { "\(name), line \($0): \(sentence)" } ?? "\(name): \(sentence)"
    }
}

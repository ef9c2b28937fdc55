/// Why a row could not be taken for a decision.
public struct Problem: Error, Sendable, Hashable {
    /// Problems of one kind are counted together.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case scientificNotation = "number in scientific notation"
        case decimalPoint = "number with a decimal point or thousands separators"
        case date = "date in place of a number"
        case spreadsheetError = "a formula's error"
        case notANumber = "not a number"
        case wrongLength = "number too short or too long"
        case leadingZero = "number that begins with zero"
        case emptyMeeting = "no meeting"
        case twoTargets = "both a meeting and a webinar"
        case badOccurrence = "not an occurrence id"
        case badRegistrant = "not a registrant id"
        case badEmail = "not an email address"
        case noRegistrant = "neither id nor email"
        case unknownAction = "unknown action"
        case unknownType = "unknown type"
        case unknownAccount = "unknown account"
        case conflict = "contradicts another row"
        case repeatedHeader = "the header again"
    }

    /// What kind of problem it is.
    public let kind: Kind
    /// The column's name as it stands in the file; nil where no single column is to blame.
    public let column: String?
    /// What was found, shortened.
    public let found: String?
    /// What is wrong and what to do, as a sentence.
    public let advice: String

    /// Makes a problem.
    public init(_ kind: Kind, column: String?, found: String?, advice: String) {
        self.kind = kind
        self.column = column
        self.found = found
        self.advice = advice
    }

    /// Without the place: for a results file, where the row stands beside it.
    public var reason: String {
        var parts: [String] = []
        if let column { parts.append("\(column):") }
        if let found { parts.append("\"\(found)\"") }
        return (parts + [advice]).joined(separator: " ")
    }
}

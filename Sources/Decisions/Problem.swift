/// Why a row is not a valid decision.
package struct Problem: Error, Sendable, Hashable {
    /// Problems of the same kind are counted together.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case scientificNotation = "in scientific notation"
        case decimalPoint = "with a decimal point or separators"
        case date = "replaced by a date"
        case spreadsheetError = "replaced by a formula's error"
        case narrowColumn = "replaced by # for want of room"
        case formula = "written as a formula"
        case apostrophe = "with an apostrophe"
        case notANumber = "that is not a number"
        case wrongLength = "too short or too long"
        case leadingZero = "that begins with zero"
        case malformed = "not of the right form"
        case emptyMeeting = "no meeting"
        case twoTargets = "both a meeting and a webinar"
        case noRegistrant = "neither id nor email"
        case unknownAction = "unknown action"
        case unknownType = "unknown type"
        case unknownAccount = "unknown account"
        case conflict = "contradicts another row"
        case mixUp = "one registrant id with different emails"
        case tooManyCells = "more cells than the header has columns"
        case brokenQuotes = "quotation marks that don't match"
        case otherDelimiter = "cells separated otherwise than the header's"
    }

    /// What a value should have been, in a message's words; it precedes the kind.
    package enum Subject: String, Sendable, Hashable, CaseIterable {
        case meeting = "meeting number"
        case webinar = "webinar number"
        case occurrence = "occurrence id"
        case registrant = "registrant id"
        case email = "email address"
    }

    /// What kind of problem it is.
    package let kind: Kind
    /// What the value should have been; nil if the kind says it all.
    package let subject: Subject?
    /// The column's name as in the file; nil if no single column is to blame.
    package let column: String?
    /// What was found, shortened.
    package let found: String?
    /// What is wrong and what to do, as a sentence.
    package let advice: String

    package init(_ kind: Kind, of subject: Subject? = nil, column: String?, found: String?, advice: String) {
        self.kind = kind
        self.subject = subject
        self.column = column
        self.found = found
        self.advice = advice
    }

    /// The label under which problems are counted, for example `meeting number in scientific notation`.
    package var group: String {
        subject.map { "\($0.rawValue) \(kind.rawValue)" } ?? kind.rawValue
    }

    /// Without the place: for a results file, which shows the row next to it.
    package var reason: String {
        var parts: [String] = []
        if let column { parts.append("\(column):") }
        if let found { parts.append("\"\(found)\"") }
        return (parts + [advice]).joined(separator: " ")
    }
}

/// Problems as an error, for `Result`.
struct Problems: Error {
    let all: [Problem]
}

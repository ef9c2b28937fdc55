public import Decisions

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What a job came to for one meeting or webinar, in rows of the spreadsheet.
public struct MeetingTally: Sendable, Hashable {
    /// The meeting or webinar.
    public let target: Target
    /// Rows that Zoom has done, by what they asked for.
    public let applied: [Action: Int]
    /// Rows that Zoom refused.
    public let failed: Int
    /// Rows that may be sent later.
    public let deferred: Int
    /// Rows that have yet to be sent.
    public let pending: Int
}

/// Rows of a job that stand alike for the same reason.
public struct ReasonGroup: Sendable, Hashable {
    /// The meeting or webinar.
    public let target: Target
    /// Why, in words for staff.
    public let reason: String?
    /// Zoom's code, or the HTTP status.
    public let code: Int?
    /// How many rows of the spreadsheet.
    public let rows: Int
    /// The earliest moment at which one of them may be sent; only for deferred rows.
    public let dueAt: Date?
    let targetNumber: Int64
}

/// The first entries of a list, and how many there are in all.
public struct Excerpted<Element> {
    /// The first entries.
    public var first: [Element]
    /// How many there are.
    public var count: Int

    /// How many are left out.
    public var more: Int { count - first.count }

    /// Makes a list.
    public init(first: [Element], count: Int) {
        self.first = first
        self.count = count
    }
}

extension Excerpted: Sendable where Element: Sendable {}

/// One row of a spreadsheet, to be found and mended.
public struct PlacedRow: Sendable, Hashable {
    /// The row's number in the journal.
    let decision: Int64
    /// The line of the file on which it begins, counted from 1.
    public let line: Int
    /// Its cells as they were read.
    public let record: String
    /// Why it can't be sent; only for rejected rows.
    public let reason: String?
}

// swift-format-ignore-file: NeverForceUnwrap
// Because: the numbers are valid.

import Decisions
import Foundation
import Journal
import Testing

@testable import Sending

@Suite("Daily limits")
struct DayTests {
    static let midnight = Date(timeIntervalSince1970: 86_400 * 20_000)
    static let evening = midnight.addingTimeInterval(-60)
    static let meeting = Target(id: MeetingID("81000000001")!)
    static let webinar = Target(kind: .webinar, id: MeetingID("81000000002")!)

    /// One on the evening, when so much has been sent already.
    static func budget(_ limits: DayLimits, account: Int = 0, byTarget: [Target: Int] = [:]) -> DailyBudget {
        var spending = DayUsage()
        spending.byAccount[nil] = account
        spending.byTarget = byTarget
        return DailyBudget(limits, spent: [UTCDay(evening): spending], by: nil)
    }

    @Test("a clock that steps to yesterday finds what was sent yesterday")
    func yesterday() {
        var yesterday = DayUsage()
        yesterday.byAccount[nil] = 3
        let budget = DailyBudget(DayLimits(account: 3), spent: [UTCDay(Self.evening): yesterday], by: nil)
        #expect(budget.accountHasRoom(at: Self.midnight))
        #expect(!budget.accountHasRoom(at: Self.evening))
    }

    @Test("a day begins at 00:00 UTC and ends where the next begins")
    func day() {
        #expect(UTCDay(Self.evening).end == Self.midnight)
        #expect(UTCDay(Self.midnight).end == Self.midnight.addingTimeInterval(86_400))
        #expect(UTCDay(Self.evening) < UTCDay(Self.midnight))
        #expect(UTCDay(Date(timeIntervalSince1970: -1)).number == -1)
    }

    @Test("the account's requests of today count, those of a run before included")
    func account() {
        var budget = Self.budget(DayLimits(.free), account: 1_999)
        #expect(budget.accountHasRoom(at: Self.evening))
        budget.spend(on: Self.meeting, at: Self.evening)
        #expect(!budget.accountHasRoom(at: Self.evening))
        #expect(budget.accountHasRoom(at: Self.midnight))
    }

    @Test("a clock that steps over midnight and back gives nothing away twice")
    func steps() {
        var budget = Self.budget(DayLimits(account: 3))
        for _ in 0..<3 { budget.spend(on: Self.meeting, at: Self.evening) }
        for _ in 0..<2 { budget.spend(on: Self.meeting, at: Self.midnight) }
        #expect(!budget.accountHasRoom(at: Self.evening))
        #expect(budget.accountHasRoom(at: Self.midnight))
        budget.spend(on: Self.meeting, at: Self.midnight)
        #expect(!budget.accountHasRoom(at: Self.midnight))
        #expect(!budget.accountHasRoom(at: Self.evening))
    }

    @Test("a webinar's limit is its own, and meetings have none")
    func webinars() {
        var budget = Self.budget(DayLimits(webinar: 10), account: 9, byTarget: [Self.webinar: 9])
        #expect(budget.hasRoom(for: Self.webinar, at: Self.evening))
        budget.spend(on: Self.webinar, at: Self.evening)
        #expect(!budget.hasRoom(for: Self.webinar, at: Self.evening))
        #expect(budget.hasRoom(for: Self.webinar, at: Self.midnight))
        #expect(budget.hasRoom(for: Self.meeting, at: Self.evening))
    }

    @Test("those with ten changes today are named, and no others")
    func registrants() {
        let budget = Self.budget(DayLimits(.pro))
        #expect(budget.spent([0, 9, 10, 3, 11]) == [2, 4])
    }

    @Test("only the free plan limits the requests of a day")
    func plans() {
        #expect(DayLimits(.free).account == 2_000)
        #expect(DayLimits(.pro).account == nil)
        #expect(DayLimits(.business).registrant == 10)
    }
}

import Foundation
import Testing

@testable import Zoom

@Suite("What a 429 says")
struct RateLimitNoticeTests {
    private func notice(_ message: String?, type: String? = nil, ids: [String] = [], emails: [String] = []) throws
        -> RateLimitNotice
    {
        let update = try Some.update(ids: ids, emails: emails)
        return RateLimitNotice(Answer(status: 429, code: 429, message: message, rateLimitType: type), to: update)
    }

    /// The documented message, and what users saw of it.
    static let variants = [
        #"You have exceeded the daily rate limit of "10" for meeting **Update registrant's status** API requests for the registrant "{}". You can resume these API requests at GMT 00:00:00."#,
        "You have exceeded the daily rate limit of (10) for meeting **Update registrant's status** API requests for the registrant {}. You can resume these API requests at GMT 00:00:00.",
        "You have exceeded the daily rate limit (10) for Update registrant’s status API requests for the registrant ({}). You can resume these API requests at GMT 00:00:00.",
        "You have exceeded the daily rate limit of “10” for webinar Update registrant's status API requests for the registrant: {}",
        "Exceeded the per-day limit for registrant '{}'.",
    ]

    @Test("each known form of the message names the registrant, by id", arguments: variants)
    func byID(variant: String) throws {
        let notice = try notice(variant.replacing("{}", with: "q-2_X"), ids: ["a1", "q-2_X", "b2"])
        #expect(notice.kind == .registrantDay)
        #expect(notice.registrant == "q-2_X")
    }

    @Test("each known form of the message names the registrant, by email in whatever case", arguments: variants)
    func byEmail(variant: String) throws {
        let notice = try notice(
            variant.replacing("{}", with: "Ann.B+c@Example.org"),
            emails: ["bob@example.org", "ann.b+c@example.org"]
        )
        #expect(notice.kind == .registrantDay)
        #expect(notice.registrant == "ann.b+c@example.org")
    }

    @Test("an id that is the beginning or the end of another is not taken for it", arguments: variants)
    func prefixes(variant: String) throws {
        let ids = ["abc", "abcd", "xabc", "abc-1", "abc.1"]
        for id in ids {
            let notice = try notice(variant.replacing("{}", with: id), ids: ids)
            #expect(notice.registrant == id)
        }
    }

    @Test("ids that differ in case alone are told apart")
    func caseMatters() throws {
        for id in ["aBc", "ABC", "abc"] {
            let notice = try notice(Self.variants[0].replacing("{}", with: id), ids: ["abc", "aBc", "ABC"])
            #expect(notice.registrant == id)
        }
    }

    @Test("the limit's number is not taken for an id")
    func number() throws {
        let notice = try notice(Self.variants[1].replacing("{}", with: "77"), ids: ["10", "77", "00"])
        #expect(notice.registrant == "77")
    }

    @Test("an email that is part of a longer one is not meant")
    func partOfEmail() throws {
        let emails = ["ann@example.org", "joann@example.org", "ann@example.org.uk"]
        for email in emails {
            let notice = try notice(Self.variants[1].replacing("{}", with: email), emails: emails)
            #expect(notice.registrant == email)
        }
    }

    @Test("a registrant alone is meant even if Zoom spells it otherwise")
    func alone() throws {
        let notice = try notice(Self.variants[0].replacing("{}", with: "ID:9981"), ids: ["q-2"])
        #expect(notice.kind == .registrantDay)
        #expect(notice.registrant == "q-2")
    }

    @Test("a name that is not in the batch names nobody, so the whole meeting is meant")
    func stranger() throws {
        let notice = try notice(Self.variants[0].replacing("{}", with: "zz"), ids: ["a1", "b2"])
        #expect(notice.kind == .targetDay)
        #expect(notice.registrant == nil)
    }

    @Test("an empty name names nobody")
    func nobody() throws {
        let notice = try notice(Self.variants[0].replacing("{}", with: ""), ids: ["a1"])
        #expect(notice.kind == .targetDay)
    }

    @Test("a daily limit without a registrant is the meeting's, or else the account's")
    func targetAndAccount() throws {
        let target =
            "You have exceeded the daily rate limit of (10) for webinar **Update registrant's status** API requests."
        #expect(try notice(target, ids: ["a"]).kind == .targetDay)
        #expect(
            try notice("You have reached the maximum daily rate limit for this API.", ids: ["a"]).kind == .accountDay
        )
        #expect(try notice(nil, type: "Daily-limit", ids: ["a"]).kind == .accountDay)
    }

    @Test("the header alone makes a limit daily; the message then tells whose it is")
    func headerAlone() throws {
        let message = "You have exceeded the limit for the registrant \"a\"."
        #expect(try notice(message, type: "Daily-limit", ids: ["a", "b"]).registrant == "a")
    }

    @Test("anything else is taken for the limit of the second")
    func second() throws {
        let message = "You have reached the maximum per-second rate limit for this API. Try again later."
        #expect(try notice(message, type: "QPS", ids: ["a"]).kind == .second)
        #expect(try notice(message, ids: ["a"]).kind == .second)
        #expect(try notice(nil, ids: ["a"]).kind == .second)
        #expect(try notice("Too many requests.", type: "Something-new", ids: ["a"]).kind == .second)
    }

    @Test("a wait until 00:00 UTC is a daily limit, though nothing else says so")
    func midnight() throws {
        let noon = Date(timeIntervalSince1970: 1_590_840_000)
        func kind(_ retryAfter: RetryAfter, at date: Date?, type: String? = nil) -> RateLimitNotice.Kind {
            RateLimitNotice(Answer(status: 429, rateLimitType: type, retryAfter: retryAfter, date: date), to: nil).kind
        }
        let midnight = Date(timeIntervalSince1970: 1_590_883_200)
        #expect(kind(.date(midnight), at: noon) == .accountDay)
        #expect(kind(.seconds(43_200), at: noon) == .accountDay)
        #expect(kind(.date(midnight), at: noon, type: "QPS") == .second)
        #expect(kind(.date(midnight), at: nil) == .second)
        // One second before midnight, the next second is also the next day.
        #expect(kind(.date(midnight), at: midnight.addingTimeInterval(-1)) == .second)
        #expect(kind(.date(noon.addingTimeInterval(300)), at: noon) == .second)
        #expect(kind(.seconds(.max), at: noon) == .second)
    }

    @Test("a listing has no registrants to be named, so a daily limit is the meeting's")
    func listing() {
        let message = Self.variants[0].replacing("{}", with: "a")
        #expect(RateLimitNotice(Answer(status: 429, message: message), to: nil).kind == .targetDay)
    }
}

import Foundation
import Testing

@testable import Zoom

@Suite("Reading the times of headers")
struct RetryAfterTests {
    private static let moment = Date(timeIntervalSince1970: 784_111_777)

    @Test(
        "all of HTTP's date forms are understood",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 UTC",
        ]
    )
    func httpDate(text: String) {
        #expect(HTTPDate(text)?.date == Self.moment)
        #expect(RetryAfter(text) == .date(Self.moment))
    }

    @Test(
        "what only looks like an HTTP date is none",
        arguments: [
            "", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37 +0100", "06 Nov 1994",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:61:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
        ]
    )
    func noHTTPDate(text: String) {
        #expect(HTTPDate(text) == nil)
    }

    @Test("a year of two digits belongs to the century that makes sense today")
    func century() {
        #expect(HTTPDate("Tuesday, 24-Nov-26 00:00:00 GMT")?.date == Date(timeIntervalSince1970: 1_795_478_400))
    }

    @Test(
        "ISO 8601 is understood as Zoom writes it, and with fraction or offset",
        arguments: [
            "2020-05-31T00:00:00Z", "2020-05-31T00:00:00z", "2020-05-31 00:00:00", "2020-05-31T00:00:00.000Z",
            "2020-05-31T02:00:00+02:00", "2020-05-31T02:00:00+0200", "2020-05-30T19:00:00-05:00",
        ]
    )
    func iso(text: String) {
        #expect(ISODate(text)?.date == Date(timeIntervalSince1970: 1_590_883_200))
        #expect(RetryAfter(text) == .date(Date(timeIntervalSince1970: 1_590_883_200)))
    }

    @Test(
        "what only looks like ISO 8601 is none",
        arguments: [
            "2020-05-31", "2020-13-31T00:00:00Z", "2020-02-30T00:00:00Z", "2020-05-31T25:00:00Z",
            "2020-05-31T00:00:00ZZ",
            "2020-05-31T00:00:00.Z", "2020-05-31T00:00:00+24:00", "20-05-31T00:00:00Z", "2020-05-31T00:00:00+0",
            "1969-12-31T23:59:59Z",
        ]
    )
    func noISO(text: String) {
        #expect(ISODate(text) == nil)
        #expect(RetryAfter(text) == nil)
    }

    @Test("a fraction of a second counts, and leap days and leap seconds exist")
    func fractions() {
        #expect(ISODate("2020-05-31T00:00:00,25Z")?.date == Date(timeIntervalSince1970: 1_590_883_200.25))
        #expect(ISODate("2024-02-29T12:00:00Z") != nil)
        #expect(ISODate("2023-02-29T12:00:00Z") == nil)
        #expect(ISODate("2016-12-31T23:59:60Z")?.date == Date(timeIntervalSince1970: 1_483_228_800))
    }

    @Test("seconds are a plain number", arguments: [("0", 0), ("120", 120), (" 7 ", 7), ("99999999", 99_999_999)])
    func seconds(text: String, seconds: Int) {
        #expect(RetryAfter(text) == .seconds(seconds))
    }

    @Test(
        "anything else is no time at all",
        arguments: ["", " ", "-1", "1.5", "+3", "soon", "0x10", "99999999999999999999", "٣", "1 2"]
    )
    func nothing(text: String) {
        #expect(RetryAfter(text) == nil)
    }
}

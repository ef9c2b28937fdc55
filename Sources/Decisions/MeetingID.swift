/// The number of a meeting or webinar, as digits.
///
/// Kept as text because it is an identifier and not a quantity; it exceeds 32 bits but never 64.
/// Source: "Update registrant's status", parameter `meetingId` ("long" format).
package struct MeetingID: Sendable, Hashable, CustomStringConvertible {
    /// The digits, without spaces or dashes.
    package let description: String

    /// Accepts 1 to 19 digits that fit a signed 64-bit integer and do not start with zero; anything else is nil.
    package init?(_ digits: some StringProtocol) {
        guard let number = Int64(digits), number > 0, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            digits.utf8.first != 0x30
        else { return nil }
        description = String(digits)
    }
}

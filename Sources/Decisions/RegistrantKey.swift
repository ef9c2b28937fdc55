/// A number that stands for one registrant of one target; the same in every process and every version of Usher.
///
/// SipHash-2-4 with 128 bits and a fixed key: two registrants of real spreadsheets never share one by chance. Whoever keeps
/// only half of it confirms a find by the text.
public struct RegistrantKey: Sendable, Hashable, Comparable {
    /// The lower half.
    public let low: UInt64
    /// The upper half.
    public let high: UInt64

    /// Orders by the lower half first, which is the one that the journal keeps.
    @inline(__always)
    public static func < (one: RegistrantKey, other: RegistrantKey) -> Bool {
        // The journal keeps it as a signed number, and wants it in that order.
        let (a, b) = (Int64(bitPattern: one.low), Int64(bitPattern: other.low))
        return a != b ? a < b : one.high < other.high
    }

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// What names a registrant.
    enum Field: UInt64 {
        case id = 1
        case email = 2
    }

    /// The key of a target; registrants' keys begin with it.
    static func target(_ target: Target) -> RegistrantKey {
        var text = [
            target.account ?? "", target.kind.rawValue, target.id.description, target.occurrence?.description ?? "",
        ]
        .joined(separator: "\u{0}")
        return text.withUTF8 {
            SipHash128(k0: 0x7573_6865_722D_7461, k1: 0x7267_6574_2D6B_6579).hash($0, lowercasing: false)
        }
    }

    /// The key of a registrant named by id or email; letters A to Z count as a to z in emails.
    @inline(__always)
    init(_ field: Field, _ value: UnsafeBufferPointer<UInt8>, of target: RegistrantKey) {
        self = SipHash128(k0: target.low ^ field.rawValue, k1: target.high).hash(value, lowercasing: field == .email)
    }

    /// The keys under which a registrant may be found: by id, by email, or both.
    public static func keys(of registrant: Registrant, target: Target) -> [RegistrantKey] {
        let base = RegistrantKey.target(target)
        var keys: [RegistrantKey] = []
        if var id = registrant.id { keys.append(id.withUTF8 { RegistrantKey(.id, $0, of: base) }) }
        if var email = registrant.email { keys.append(email.withUTF8 { RegistrantKey(.email, $0, of: base) }) }
        return keys
    }
}

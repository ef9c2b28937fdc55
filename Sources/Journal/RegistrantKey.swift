internal import Decisions

/// A number that stands for "this registrant of this target" in the journal's index, the same in every version.
///
/// Two registrants may share one: who uses a key confirms it by the text.
struct RegistrantKey {
    let journaled: Int64

    /// The keys under which a registrant may be found: by id, and by email in lower case.
    static func keys(of registrant: Registrant, target: Target) -> [RegistrantKey] {
        [registrant.id.map { ("id", $0) }, registrant.email.map { ("email", $0.lowercased()) }].compactMap { $0 }.map {
            kind,
            value in
            let parts = [
                target.account ?? "", target.kind.rawValue, target.id.description, target.occurrence?.description ?? "",
                kind, value,
            ]
            return RegistrantKey(journaled: Int64(bitPattern: fnv1a(parts.joined(separator: "\0"))))
        }
    }

    private static func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

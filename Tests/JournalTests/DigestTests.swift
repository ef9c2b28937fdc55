import Testing

@testable import Journal

@Suite("The digest of a spreadsheet")
struct DigestTests {
    /// What FIPS 180-4 and its examples give.
    private static let known: [(text: String, digest: String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test("is SHA-256, however the bytes are cut into pieces", arguments: known.indices, [1 << 18, 1_000, 64, 63, 1])
    func vectors(index: Int, piece: Int) {
        var digest = Digest()
        Array(Self.known[index].text.utf8).withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: piece) {
                digest.update(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)]))
            }
        }
        let hex = digest.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == Self.known[index].digest)
    }
}

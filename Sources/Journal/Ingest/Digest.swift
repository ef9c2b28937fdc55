import CNettle

/// The SHA-256 of a spreadsheet's bytes, by which the journal knows it again.
struct Digest {
    private var context = sha256_ctx()

    init() {
        nettle_sha256_init(&context)
    }

    /// Adds the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        nettle_sha256_update(&context, bytes.count, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }

    /// The 32 bytes of the digest of all bytes so far; it starts anew.
    mutating func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_SIZE)) { bytes, count in
            usher_sha256_finish(&context, bytes.baseAddress)
            count = Int(SHA256_DIGEST_SIZE)
        }
    }
}

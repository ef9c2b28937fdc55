import CNettle

/// The SHA-256 of a file's bytes, by which it is known again.
package struct Digest {
    private var context = sha256_ctx()

    package init() {
        nettle_sha256_init(&context)
    }

    /// Adds the next bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        nettle_sha256_update(&context, bytes.count, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }

    /// The 32 bytes of the digest of all bytes so far; it starts anew.
    package mutating func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_SIZE)) { bytes, count in
            usher_sha256_finish(&context, bytes.baseAddress)
            count = Int(SHA256_DIGEST_SIZE)
        }
    }
}

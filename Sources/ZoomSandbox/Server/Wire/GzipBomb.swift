/// About 100 KiB of gzip that unpack to 16 MiB of zeros.
enum GzipBomb {
    static let bytes: [UInt8] = {
        // Header; one last block with fixed codes (1, 01); the literal 0 (00110000); then copies of the longest kind:
        // length 258 (11000101) at distance 1 (00000); the end of the block (0000000); no checksum worth the name.
        var bits = BitWriter(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
        bits.write([1, 1, 0])
        bits.write([0, 0, 1, 1, 0, 0, 0, 0])
        for _ in 0..<65_000 { bits.write([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]) }
        bits.write([0, 0, 0, 0, 0, 0, 0])
        return bits.flushed() + [0, 0, 0, 0, 0, 0, 0, 0]
    }()

    private struct BitWriter {
        var bytes: [UInt8]
        private var current: UInt8 = 0
        private var count = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func write(_ bits: [UInt8]) {
            for bit in bits {
                current |= bit << UInt8(count)
                count += 1
                if count == 8 {
                    bytes.append(current)
                    (current, count) = (0, 0)
                }
            }
        }

        func flushed() -> [UInt8] {
            count == 0 ? bytes : bytes + [current]
        }
    }
}

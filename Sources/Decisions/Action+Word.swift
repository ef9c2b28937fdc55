extension Action {
    /// Reads the words that staff, Zoom's exports and other programs for events use. Nothing else is guessed.
    ///
    /// - Parameter word: Trimmed text in whatever case.
    init?(word: UnsafeBufferPointer<UInt8>) {
        guard (1...9).contains(word.count) else { return nil }
        var packed: (UInt64, UInt64) = (0, 0)
        for (index, byte) in word.enumerated() {
            let letter = UInt64(byte | 0x20)
            guard letter >= 0x61, letter <= 0x7A else { return nil }
            if index < 8 { packed.0 = packed.0 << 8 | letter } else { packed.1 = packed.1 << 8 | letter }
        }
        for (known, action) in Self.words where known == packed {
            self = action
            return
        }
        return nil
    }

    private static let words: [((UInt64, UInt64), Action)] = [
        ("approve", Action.approve), ("approved", .approve), ("yes", .approve), ("deny", .deny), ("denied", .deny),
        ("no", .deny), ("cancel", .cancel), ("cancelled", .cancel), ("canceled", .cancel), ("y", .approve),
        ("n", .deny),
        ("accept", .approve), ("accepted", .approve), ("confirmed", .approve), ("decline", .deny), ("declined", .deny),
        ("reject", .deny), ("rejected", .deny),
    ].map { word, action in
        let bytes = Array(word.utf8)
        return (
            (
                bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
            ), action
        )
    }

    /// The words in the order in which a message offers them.
    static let offered = "approve, deny or cancel"
}

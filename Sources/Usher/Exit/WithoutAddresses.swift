extension String {
    /// The text with each email address replaced: Zoom's own words may name a registrant, and what is logged must not.
    var withoutAddresses: String {
        var text = ""
        var rest = self[...]
        while let at = rest.firstIndex(of: "@") {
            let head = rest[..<at]
            let start = head.lastIndex(where: Self.endsAddress).map(rest.index(after:)) ?? rest.startIndex
            let end = rest[at...].firstIndex(where: Self.endsAddress) ?? rest.endIndex
            text += rest[..<start] + "(address)"
            rest = rest[end...]
        }
        return text + rest
    }

    private static func endsAddress(_ character: Character) -> Bool {
        character.isWhitespace || "\"'<>()[]{},;:".contains(character)
    }
}

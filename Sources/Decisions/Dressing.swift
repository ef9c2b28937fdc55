/// What programs put around an identifier without losing any of it, and how it is taken off.
enum Dressing {
    /// What a formula holds that is nothing but a text: `="84512093377"`, which keeps a spreadsheet from taking it for a number.
    static func guarded(_ text: String) -> String? {
        guard text.hasPrefix("=\""), text.hasSuffix("\""), text.utf8.count > 3 else { return nil }
        let content = text.dropFirst(2).dropLast()
        return content.contains("\"") ? nil : String(content)
    }

    /// The digits of a number that a data frame wrote as a float: `84512093377.0`. Below 2^53 none of them is lost.
    static func float(_ text: String) -> String? {
        guard text.hasSuffix(".0") else { return nil }
        let digits = text.dropLast(2)
        guard let number = Int64(digits), number > 0, number < 1 << 53,
            digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return String(digits)
    }

    /// The text of a number's cell without either.
    static func number(_ text: String) -> String { guarded(text) ?? float(text) ?? text }

    /// What is said where something was taken off a number's cell; nil where nothing was.
    static func notice(_ text: String) -> String? {
        guarded(text) != nil ? guardNotice : float(text) != nil ? "took off the .0 of a whole number" : nil
    }

    static let guardNotice = "took the text out of =\"…\""
}

extension String {
    /// Nil in the place of no text.
    var nilIfEmpty: String? { isEmpty ? nil : self }
}

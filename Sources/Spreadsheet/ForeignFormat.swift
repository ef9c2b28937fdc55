/// Files that are no CSV, told by their first bytes, and what to do about each.
enum ForeignFormat {
    /// A sentence for the user; nil where nothing speaks against CSV.
    static func advice(for head: [UInt8]) -> String? {
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            return """
                This is a workbook or another zipped file (.xlsx, .ods, .numbers), not CSV. Open it and save the sheet as \
                "CSV UTF-8", then name that file.
                """
        }
        if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            return "This is an old Excel workbook (.xls), not CSV. Open it and save the sheet as \"CSV UTF-8\"."
        }
        if head.starts(with: Array("%PDF".utf8)) {
            return "This is a PDF, not CSV. Export the list from the program it was made with as CSV."
        }
        if head.starts(with: [0x1F, 0x8B]) {
            return "This is a compressed file (gzip), not CSV. Unpack it first."
        }
        let text = String(decoding: head, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") || text.hasPrefix("<?xml")
            || text.hasPrefix("<table")
        {
            return """
                This is a web page or XML, not CSV, whatever it is called; often a download that needed a login. \
                Download it again as CSV.
                """
        }
        return nil
    }
}

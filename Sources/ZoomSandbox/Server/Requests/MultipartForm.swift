/// The fields of a `multipart/form-data` body (RFC 7578), files not being expected.
struct MultipartForm {
    /// The values by name.
    let fields: [String: String]

    /// Nil if the body is not what its type says, or a field comes twice.
    init?(_ body: [UInt8], contentType: String) {
        guard let text = String(validating: body, as: UTF8.self),
            let start = contentType.firstRange(of: "boundary=")?.upperBound
        else { return nil }
        let boundary = contentType[start...].prefix { $0 != ";" && $0 != " " }.filter { $0 != "\"" }
        guard !boundary.isEmpty else { return nil }
        var pieces = "\r\n\(text)".split(separator: "\r\n--\(boundary)", omittingEmptySubsequences: false)[...]
        // Before the first boundary nothing, after the last two dashes.
        guard pieces.count >= 2, pieces.removeFirst().isEmpty, let end = pieces.popLast(), end.hasPrefix("--") else {
            return nil
        }
        var fields: [String: String] = [:]
        for piece in pieces {
            guard piece.hasPrefix("\r\n"), let gap = piece.firstRange(of: "\r\n\r\n"),
                let name = Self.name(in: piece[..<gap.lowerBound]), fields[name] == nil
            else { return nil }
            fields[name] = String(piece[gap.upperBound...])
        }
        self.fields = fields
    }

    private static func name(in head: Substring) -> String? {
        guard let start = head.firstRange(of: "form-data; name=\"")?.upperBound,
            let end = head[start...].firstIndex(of: "\"")
        else { return nil }
        return String(head[start..<end])
    }
}

extension BaseURL {
    /// The parts of an address, each checked.
    struct Parts {
        let scheme: String
        let host: String
        let port: Int?
        let path: String

        init(_ text: String) throws(BaseURLError) {
            guard !text.isEmpty else { throw .empty }
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x22 }) else {
                throw .strangeCharacter(in: text)
            }
            guard let colon = text.firstRange(of: "://") else { throw .noScheme(text) }
            scheme = text[..<colon.lowerBound].lowercased()
            guard scheme == "https" || scheme == "http" else { throw .scheme(scheme) }
            let rest = text[colon.upperBound...]
            // The text itself may hold a password, so these errors do not repeat it.
            guard !rest.contains("?") else { throw .query }
            guard !rest.contains("#") else { throw .fragment }
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            let authority = rest[..<slash]
            guard !authority.contains("@") else { throw .userInfo }

            let portText: Substring?
            if authority.hasPrefix("[") {
                guard let close = authority.firstIndex(of: "]") else { throw .host(String(authority)) }
                host = authority[authority.index(after: authority.startIndex)..<close].lowercased()
                let after = authority[authority.index(after: close)...]
                guard after.isEmpty || after.hasPrefix(":"), Self.isIPv6(host) else { throw .host(String(authority)) }
                portText = after.isEmpty ? nil : after.dropFirst()
            } else {
                let fields = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                host = (fields.first ?? "").lowercased()
                guard Self.isName(host) else { throw .host(String(authority)) }
                portText = fields.count > 1 ? fields[1] : nil
            }
            if let portText {
                guard portText.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(portText),
                    (1...65_535).contains(number)
                else { throw .port(String(portText)) }
                port = number
            } else {
                port = nil
            }
            var path = rest[slash...]
            while path.hasSuffix("/") { path.removeLast() }
            guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else { throw .dots }
            self.path = String(path)
        }

        private static func isName(_ host: String) -> Bool {
            !host.isEmpty && host.utf8.count <= 253
                && host.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
                } && !host.hasPrefix(".") && !host.hasPrefix("-") && !host.contains("..")
        }

        private static func isIPv6(_ host: String) -> Bool {
            host.contains(":") && host.utf8.allSatisfy { "0123456789abcdef:.".utf8.contains($0) }
        }
    }
}

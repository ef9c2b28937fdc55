extension World {
    /// A page of a meeting's registrants, as `GET …/registrants` does it.
    mutating func list(_ key: MeetingKey, fields: [String: String], at now: Double) -> SandboxAnswer {
        let occurrence = fields["occurrence_id"]
        guard let status = SandboxStatus(rawValue: fields["status"] ?? "approved"), status != .cancelled else {
            return .invalid("status", "Invalid field.")
        }
        guard let size = Int(fields["page_size"] ?? "30"), (1...300).contains(size) else {
            return .invalid("page_size", "Invalid field.")
        }
        var start = 0
        if let token = fields["next_page_token"], !token.isEmpty {
            guard let offset = Self.offset(of: token, at: now) else {
                return SandboxAnswer(status: 400, code: 300, message: "The next page token is invalid or expired.")
            }
            start = offset
        }
        guard
            var meeting = meetings[key]
                ?? (options.isOpen ? SandboxMeeting(id: key.id, kind: key.kind, isOpen: true) : nil)
        else { return absent(key) }
        defer { meetings[key] = meeting }
        if let refusal = meeting.refusal(occurrence: occurrence) { return refusal }

        let listed = meeting.people.list.filter { $0.status(in: occurrence) == status }
        let page = listed.dropFirst(start).prefix(size)
        let next = start + size < listed.count ? Self.token(offset: start + size, at: now) : ""
        var json = JSONText()
        json.object { json in
            json.field("page_size", size)
            json.field("total_records", listed.count)
            json.field("next_page_token", next)
            json.array("registrants", Array(page)) { json, person in
                json.object {
                    $0.field("id", person.id)
                    $0.field("email", person.email)
                    $0.field("status", status.rawValue)
                    $0.field("create_time", UTCText(now.rounded(.down)).iso)
                }
            }
        }
        return SandboxAnswer(status: 200, json: json.bytes)
    }

    /// Page tokens are good for 15 minutes.
    private static func token(offset: Int, at now: Double) -> String {
        "p\(offset)=\(Int(now) + 900)"
    }

    private static func offset(of token: String, at now: Double) -> Int? {
        let parts = token.dropFirst().split(separator: "=")
        guard token.first == "p", parts.count == 2, let offset = Int(parts[0]), offset >= 0, let expiry = Int(parts[1]),
            now < Double(expiry)
        else { return nil }
        return offset
    }
}

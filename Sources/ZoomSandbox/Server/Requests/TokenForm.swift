import FoundationEssentials

/// A request for a token.
struct TokenForm {
    let grantType: String?
    let accountID: String?
    let clientID: String?
    let clientSecret: String?

    /// - Parameters:
    ///   - fields: The fields of the query and of the form in the body.
    ///   - authorization: The header, `Basic …`.
    init(fields: [String: String], authorization: String?) {
        grantType = fields["grant_type"]
        accountID = fields["account_id"]
        let basic = authorization.flatMap {
            $0.hasPrefix("Basic ") ? Data(base64Encoded: String($0.dropFirst(6))) : nil
        }
        let pair = basic.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let colon = pair.firstIndex(of: ":")
        clientID = colon.map { String(pair[..<$0]) }
        clientSecret = colon.map { String(pair[pair.index(after: $0)...]) }
    }
}

package import Sending
package import Zoom

/// One Zoom account: how fast it may be asked, where it is, and where its secrets lie.
package struct Profile: Sendable, Hashable {
    /// By this name spreadsheets and `--profile` mean it.
    package let name: String
    /// Zoom's id of the account, where it is not among the secrets.
    package let accountID: String?
    /// Its plan; nil for the one of all.
    package let plan: Plan?
    /// Its rate as it is written; nil for the one of all.
    package let rate: String?
    /// Zoom's cloud that it is in; nil for the one of all.
    package let cloud: Cloud?
    /// Where its API is; nil for the one of all.
    package let baseURL: BaseURL?
    /// Where its tokens come from; nil for the one of all.
    package let tokenURL: BaseURL?
    /// Where its secrets lie.
    package let credentials: CredentialPlace
    /// The line of the file on which it begins.
    package let line: Int

    /// What a name may be, as a sentence. Names become parts of file names.
    static let nameRule = "Write up to 40 letters (a to z), digits, - and _, beginning with a letter or a digit."

    static func isName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count) && text.first != "-" && text.first != "_"
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}

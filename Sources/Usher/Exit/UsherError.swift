/// A reason of the command line's own to end, with the sentence that the user reads.
struct UsherError: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    /// Something in the settings is missing or wrong.
    static func configuration(_ sentence: String) -> UsherError {
        UsherError(status: .configuration, description: sentence)
    }

    /// Something on the command line is wrong.
    static func usage(_ sentence: String) -> UsherError {
        UsherError(status: .usage, description: sentence)
    }
}

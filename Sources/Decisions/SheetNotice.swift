/// What there is to say about a sheet as a whole, a sentence or two.
package struct SheetNotice: Sendable, Hashable {
    /// How much it matters.
    package enum Level: Sendable, Hashable {
        /// Good to know.
        case remark
        /// Something may be meant otherwise than it is read.
        case warning
        /// So likely meant otherwise that a person is asked before anything is sent.
        case doubt
    }

    package let level: Level
    /// What is said, without a word on how much it matters.
    package let sentence: String

    init(_ level: Level, _ sentence: String) {
        self.level = level
        self.sentence = sentence
    }

    /// As it stands among others.
    package var text: String { level == .remark ? sentence : "Warning: \(sentence)" }
}

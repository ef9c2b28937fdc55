import Decisions
import Sending
import Zoom

/// What a setting may be.
package enum ValueRule: Sendable, Hashable {
    /// One of these words.
    case choice([String])
    /// A whole number.
    case whole(ClosedRange<Int>)
    /// A positive number, or `unlimited`.
    case rate
    /// `true` or `false`.
    case flag
    /// Any text, and what it should be.
    case text(String)
    /// A path, and of what. In the file it must begin with a slash, since who reads the file may stand anywhere.
    case path(String)
    /// An address that a token may be sent to.
    case address
    /// Names for columns of spreadsheets, by the column.
    case columns
    /// Words for actions, by what they mean.
    case words

    /// The names that may stand below the setting's own, each with a value; nil where it has a value itself.
    var names: [String]? {
        switch self {
        case .columns: Column.allCases.map(\.rawValue)
        case .words: ActionWords.Meaning.allCases.map(\.rawValue)
        default: nil
        }
    }

    /// What is allowed, to end a sentence that begins with "Write".
    package var allowed: String {
        switch self {
        case .choice(let words):
            words.count > 1 ? "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")" : words.joined()
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .rate: "a number above 0, or unlimited against a server on this machine"
        case .flag: "true or false"
        case .text(let what): what
        case .path(let what): "the path of \(what)"
        case .address: "an address like \(BaseURL.zoom)"
        case .columns: "column names, each under one of \(Column.allCases.map(\.rawValue).joined(separator: ", "))"
        case .words: "words, under one of \(ActionWords.Meaning.allCases.map(\.rawValue).joined(separator: ", "))"
        }
    }

    /// Why a value can't be taken, as the end of a sentence that begins with the value; nil where it can.
    func fault(in text: String, isFromFile: Bool) -> String? {
        switch self {
        case .choice(let words):
            return words.contains(text) ? nil : refusal
        case .whole(let range):
            return Int(text).map(range.contains) == true && !text.hasPrefix("+") ? nil : refusal
        case .rate:
            return Pace(text) == nil ? refusal : nil
        case .flag:
            return text == "true" || text == "false" ? nil : refusal
        case .text:
            return text.isEmpty ? refusal : nil
        case .path:
            if text.isEmpty { return refusal }
            guard isFromFile, !text.hasPrefix("/") else { return nil }
            return "is relative, but a nightly run stands in another directory than you. Write it from / on."
        case .address:
            do {
                _ = try BaseURL(text)
                return nil
            } catch {
                return "can't be used. \(error)"
            }
        case .columns, .words:
            return text.isEmpty ? refusal : nil
        }
    }

    private var refusal: String { "is not allowed. Write \(allowed)." }
}

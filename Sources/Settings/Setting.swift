import Decisions
import Logging
import Sending
import Zoom

/// One thing that can be set: by a flag, by a variable, or in the configuration file.
package struct Setting: Sendable, Hashable {
    /// Its name in the file, for example `batch_size`.
    package let name: String
    /// What it may be.
    package let rule: ValueRule
    /// Whether each profile may have its own.
    let isPerProfile: Bool
    /// Whether it is an address that is as secret as a key, of which only the host may be shown.
    let isSecret: Bool
    /// Whether it says where spreadsheets are, and so does not count where the command line names some.
    let yieldsToFiles: Bool
    /// The name of a setting that chooses this one together with others: where that one is set in a place that counts before
    /// this one's, this one does not count.
    package let isPartOf: String?

    /// Describes a setting; see `Setting.all`.
    init(
        _ name: String,
        _ rule: ValueRule,
        isPerProfile: Bool = false,
        isSecret: Bool = false,
        yieldsToFiles: Bool = false,
        isPartOf: String? = nil
    ) {
        self.name = name
        self.rule = rule
        self.isPerProfile = isPerProfile
        self.isSecret = isSecret
        self.yieldsToFiles = yieldsToFiles
        self.isPartOf = isPartOf
    }

    /// Its flag without the dashes: `batch-size`.
    package var flag: String { String(name.map { $0 == "_" ? "-" : $0 }) }
    /// Its environment variable: `USHER_BATCH_SIZE`.
    package var variable: String { Self.variablePrefix + name.uppercased() }

    /// A value as it may be shown.
    func shown(_ text: String) -> String {
        guard isSecret else { return text }
        guard let url = try? WebhookURL(text) else { return "(not an address)" }
        return "\(url.host) (the rest is secret)"
    }

    /// How the variables of settings begin.
    static let variablePrefix = "USHER_"
    /// The variable that names the configuration file. It is the only one that the file itself can't set.
    package static let fileVariable = "USHER_CONFIG"

    package static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}

extension Setting {
    /// Every setting there is. Another one is another line here: the file, the variables, `usher config show` and the test
    /// of the sample file go by this table. Its flag must have the same name, with dashes.
    package static let all: [Setting] = [
        Setting("plan", .choice(Plan.self), isPerProfile: true),
        Setting("rate", .rate, isPerProfile: true),
        Setting("batch_size", .whole(1...30)),
        Setting("per_meeting", .whole(1...10)),
        Setting("timeout", .whole(1...300)),
        Setting("encoding", .choice(BodyEncoding.self)),
        Setting("cloud", .choice(Cloud.self), isPerProfile: true),
        Setting("base_url", .address, isPerProfile: true, isPartOf: "cloud"),
        Setting("oauth_url", .address, isPerProfile: true, isPartOf: "cloud"),
        Setting("profile", .text("the name of a profile")),
        Setting("journal", .path("a file")),
        Setting("results", .path("a directory")),
        Setting("inbox", .path("a directory"), yieldsToFiles: true),
        Setting("settle", .whole(0...3_600)),
        Setting("webinars", .flag),
        Setting("on_conflict", .choice(SheetOptions.ConflictPolicy.self)),
        Setting("preflight", .flag),
        Setting("verify", .flag),
        Setting("strict", .flag),
        Setting("map", .columns),
        Setting("words", .words),
        Setting("report", .flag),
        Setting("metrics_file", .path("a file")),
        Setting("notify", .text("an address that begins with https://"), isSecret: true),
        Setting("log_level", .choice(Logger.Level.self)),
        Setting("log_format", .choice(["text", "json"])),
        Setting("quiet", .flag),
    ]
}

extension ValueRule {
    /// One of the cases of an enum.
    static func choice<Value>(_: Value.Type) -> ValueRule
    where Value: CaseIterable & RawRepresentable<String> {
        .choice(Value.allCases.map(\.rawValue))
    }
}

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

/// Guesses which name was meant, to be offered and never to be used.
package enum NearestName {
    /// The name that is nearest to a text; nil where none is near.
    package static func to(_ text: String, among names: some Sequence<String>) -> String? {
        let wanted = letters(text)
        let best = names.map { (name: $0, distance: EditDistance.between(wanted, letters($0))) }
            .min { $0.distance < $1.distance }
        guard let best, best.distance <= max(2, wanted.count / 3) else { return nil }
        return best.name
    }

    /// `Batch-Size` and `batch_size` differ in nothing that matters.
    private static func letters(_ text: String) -> String {
        String(text.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
    }
}

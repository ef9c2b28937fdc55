import Decisions
import Files
import Glibc
import Logging
import Reporting
package import Sending
import Zoom

/// One setting: from a flag, a variable, or the configuration file.
package struct Setting: Sendable, Hashable {
    /// Its name in the file, for example `batch_size`.
    package let name: String
    package let rule: ValueRule
    /// Its default; nil if it has none, or it depends on something else.
    package let standard: String?
    /// Whether each profile may have its own.
    let isPerProfile: Bool
    /// Whether it is an address as secret as a key, of which only the host may be shown.
    let isSecret: Bool
    /// The name of a setting that chooses this one together with others: if that one is set in a place that takes
    /// precedence over this one's, this one does not count.
    let whole: String?

    private init(
        _ name: String,
        _ rule: ValueRule,
        standard: String? = nil,
        isPerProfile: Bool = false,
        isSecret: Bool = false,
        isPartOf whole: String? = nil
    ) {
        self.name = name
        self.rule = rule
        self.standard = standard
        self.isPerProfile = isPerProfile
        self.isSecret = isSecret
        self.whole = whole
    }

    /// A setting that is on or off.
    private static func flag(_ name: String, standard: Bool = false) -> Setting {
        Setting(name, .flag, standard: String(standard))
    }

    /// Its flag without the dashes: `batch-size`.
    package var flag: String { String(name.map { $0 == "_" ? "-" : $0 }) }
    /// Its environment variable: `USHER_BATCH_SIZE`.
    package var variable: String { Self.variablePrefix + name.uppercased() }

    /// A value in displayable form.
    func shown(_ text: String) -> String {
        // It may hold a password.
        if rule == .proxy { return (try? HTTPProxy(text).description) ?? text.excerpt(40) }
        guard isSecret else { return text }
        guard let url = try? WebhookURL(text) else { return "(not an address)" }
        return "\(url.host) (the rest is secret)"
    }

    /// The prefix of the settings' variables.
    static let variablePrefix = "USHER_"
    /// The variable that names the configuration file, the only one that the file itself can't set.
    package static let fileVariable = "USHER_CONFIG"

    static func named(_ name: String) -> Setting? { all.first { $0.name == name } }

    // To add a setting, add a line here, in `all`, and in `given` of the options that hold its flag, which has the same
    // name with dashes. The file, the variables, `usher config show` and the test of the sample file use `all`.

    package static let plan = Setting("plan", .choice(Plan.self), standard: "pro", isPerProfile: true)
    package static let rate = Setting("rate", .rate, isPerProfile: true)
    package static let batchSize = Setting("batch_size", .whole(1...30), standard: "30")
    package static let perMeeting = Setting("per_meeting", .whole(1...10), standard: "1")
    package static let timeout = Setting("timeout", .whole(1...300), standard: "60")
    package static let encoding = Setting("encoding", .choice(BodyEncoding.self), standard: "json")
    package static let cloud = Setting("cloud", .choice(Cloud.self), isPerProfile: true)
    package static let baseURL = Setting("base_url", .address, isPerProfile: true, isPartOf: "cloud")
    package static let oauthURL = Setting("oauth_url", .address, isPerProfile: true, isPartOf: "cloud")
    package static let proxy = Setting("proxy", .proxy)
    package static let caFile = Setting("ca_file", .path("a file"))
    package static let profile = Setting("profile", .text("the name of a profile"))
    package static let journal = Setting("journal", .path("a file"))
    package static let results = Setting("results", .path("a directory"))
    package static let inbox = Setting("inbox", .path("a directory"))
    package static let settle = Setting("settle", .whole(0...3_600), standard: "60")
    package static let webinars = flag("webinars")
    package static let onConflict = Setting(
        "on_conflict",
        .choice(SheetOptions.ConflictPolicy.self),
        standard: "reject"
    )
    package static let preflight = Setting("preflight", .preflight, standard: "auto")
    package static let stopAfterFailures = Setting("stop_after_failures", .failures)
    package static let verify = flag("verify")
    package static let strict = flag("strict")
    package static let map = Setting("map", .columns)
    package static let words = Setting("words", .words)
    package static let report = flag("report", standard: true)
    package static let timeZone = Setting("time_zone", .zone)
    package static let metricsFile = Setting("metrics_file", .path("a file"))
    package static let notify = Setting("notify", .text("an address that begins with https://"), isSecret: true)
    package static let logLevel = Setting("log_level", .choice(Logger.Level.self))
    package static let logFile = Setting("log_file", .path("a file"))
    package static let logFormat = Setting("log_format", .choice(["text", "json"]), standard: "text")
    package static let quiet = flag("quiet")

    /// Every setting, in the order of `usher config show`.
    package static let all = [
        plan, rate, batchSize, perMeeting, timeout, encoding, cloud, baseURL, oauthURL, proxy, caFile, profile, journal,
        results,
        inbox,
        settle, webinars, onConflict, preflight, stopAfterFailures, verify, strict, map, words, report, timeZone,
        metricsFile, notify,
        logLevel, logFile, logFormat, quiet,
    ]
}

extension PreflightMode {
    /// Reads the setting `preflight`, which used to be on or off only.
    package init?(setting text: String) {
        switch text {
        case "true": self = .on
        case "false": self = .off
        default: self.init(rawValue: text)
        }
    }
}

extension ValueRule {
    /// One of the cases of an enum.
    static func choice<Value>(_: Value.Type) -> ValueRule
    where Value: CaseIterable & RawRepresentable<String> {
        .choice(Value.allCases.map(\.rawValue))
    }
}

package enum ValueRule: Sendable, Hashable {
    /// One of these words.
    case choice([String])
    /// A whole number.
    case whole(ClosedRange<Int>)
    /// A positive number, or `unlimited`.
    case rate
    /// A number of rows, or a percentage.
    case failures
    /// `true` or `false`.
    case flag
    /// `auto`, `on` or `off`; `true` and `false` mean the last two.
    case preflight
    /// Any text, with a description of what it should be.
    case text(String)
    /// A path, with what it leads to. In the file it must begin with a slash, since the working directory may be any.
    case path(String)
    /// An address to which a token may be sent.
    case address
    /// A time zone that this machine knows.
    case zone
    /// A proxy to which nothing is said in clear, or `none`. In the file it holds no password.
    case proxy
    /// Names for columns of spreadsheets, by the column.
    case columns
    /// Words for actions, by what they mean.
    case words

    /// The names allowed below the setting's own, each with a value; nil if it has a value itself.
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
        case .failures: "a whole number above 0, or a percentage from 1% to 100%"
        case .flag: "true or false"
        case .preflight: Self.choice(PreflightMode.self).allowed
        case .text(let what): what
        case .path(let what): "the path of \(what)"
        case .address: "an address like \(BaseURL.zoom)"
        case .zone: "a time zone that this machine knows, like Europe/Berlin (see /usr/share/zoneinfo; Debian: tzdata)"
        case .proxy: "an address like http://proxy.example.org:3128, or none"
        case .columns: "column names, each under one of \(Column.allCases.map(\.rawValue).joined(separator: ", "))"
        case .words: "words, under one of \(ActionWords.Meaning.allCases.map(\.rawValue).joined(separator: ", "))"
        }
    }

    /// Why a value is refused, as the end of a sentence that begins with the value; nil if it is accepted.
    func fault(in text: String, isFromFile: Bool) -> String? {
        switch self {
        case .choice(let words):
            return words.contains(text) ? nil : refusal
        case .whole(let range):
            return Int(text).map(range.contains) == true && !text.hasPrefix("+") ? nil : refusal
        case .rate:
            return Pace(text) == nil ? refusal : nil
        case .failures:
            return FailureLimit(text) == nil ? refusal : nil
        case .flag:
            return text == "true" || text == "false" ? nil : refusal
        case .preflight:
            return PreflightMode(setting: text) == nil ? refusal : nil
        case .text:
            return text.isEmpty ? refusal : nil
        case .path:
            if text.isEmpty { return refusal }
            guard isFromFile, !text.hasPrefix("/") else { return nil }
            return "is relative, but a nightly run starts in another directory than yours. Write the full path, from /."
        case .address:
            do {
                _ = try BaseURL(text)
                return nil
            } catch {
                return "can't be used. \(error)"
            }
        case .zone:
            return TimeZoneName.isKnown(text) ? nil : refusal
        case .proxy:
            if text == HTTPProxy.none { return nil }
            do {
                guard try HTTPProxy(text).hasUser, isFromFile else { return nil }
                return "has a user, and this file holds no secrets. Set the variable HTTPS_PROXY instead."
            } catch {
                return "can't be used. \(error)"
            }
        case .columns, .words:
            return text.isEmpty ? refusal : nil
        }
    }

    private var refusal: String { "is not allowed. Write \(allowed)." }
}

/// The names of time zones, as the C library finds them.
package enum TimeZoneName {
    /// Whether this machine knows a zone. The C library takes a name that it does not know for UTC, without a word.
    package static func isKnown(_ name: String) -> Bool {
        if name == "UTC" { return true }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { isLetter($0) }
        }
        var status = stat()
        return isPlain && stat("/usr/share/zoneinfo/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Letters, digits, and the punctuation in names such as `America/Port-au-Prince` and `Etc/GMT+3`.
    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"):
            true
        default: false
        }
    }
}

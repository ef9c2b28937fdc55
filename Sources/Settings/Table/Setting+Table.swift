import Decisions
import Logging
import Sending
import Zoom

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

internal import Decisions
internal import Logging
internal import Sending
internal import Zoom

extension Setting {
    /// Every setting there is. Another one is another line here: the file, the variables, `usher config show` and the test
    /// of the sample file go by this table. Its flag must have the same name, with dashes.
    public static let all: [Setting] = [
        Setting("plan", .choice(Plan.self), "your Zoom plan, which sets how fast requests may go", isPerProfile: true),
        Setting("rate", .rate, "requests a second, at most what the plan allows", isPerProfile: true),
        Setting("batch_size", .whole(1...30), "registrants in one request"),
        Setting("per_meeting", .whole(1...10), "requests under way at once to one meeting"),
        Setting("timeout", .whole(1...300), "seconds to wait for one answer"),
        Setting("encoding", .choice(BodyEncoding.self), "how requests are written"),
        Setting("base_url", .address, "where Zoom's API is", isPerProfile: true),
        Setting("oauth_url", .address, "where tokens come from", isPerProfile: true),
        Setting("profile", .text("the name of a profile"), "the profile of rows that name no account"),
        Setting("journal", .path("a file"), "the memory of what was decided, sent and answered"),
        Setting("results", .path("a directory"), "where results files go, instead of beside the spreadsheets"),
        Setting(
            "inbox",
            .path("a directory"),
            "the directory whose spreadsheets are taken when none is named",
            yieldsToFiles: true
        ),
        Setting("settle", .whole(0...3_600), "seconds that a file in the inbox must have been left alone"),
        Setting("webinars", .flag, "whether numbers in the meeting column are webinars'"),
        Setting("on_conflict", .choice(SheetOptions.ConflictPolicy.self), "what becomes of rows that contradict"),
        Setting("preflight", .flag, "whether to look at Zoom's lists first and send only what is not done yet"),
        Setting("strict", .flag, "whether to take nothing of a spreadsheet in which any row is wrong"),
        Setting("map", .columns, "what columns are called, where Usher does not know the name"),
        Setting("report", .flag, "whether to write a report beside the results"),
        Setting("metrics_file", .path("a file"), "where figures for Prometheus are written at the end of a run"),
        Setting(
            "notify",
            .text("an address that begins with https://"),
            "where a summary is posted at the end of a run",
            isSecret: true
        ),
        Setting("log_level", .choice(Logger.Level.self), "how much to log"),
        Setting("log_format", .choice(["text", "json"]), "how log lines are written"),
        Setting("quiet", .flag, "whether to say nothing but warnings and errors"),
    ]
}

extension ValueRule {
    /// One of the cases of an enum.
    static func choice<Value>(_: Value.Type) -> ValueRule
    where Value: CaseIterable & RawRepresentable<String> {
        .choice(Value.allCases.map(\.rawValue))
    }
}

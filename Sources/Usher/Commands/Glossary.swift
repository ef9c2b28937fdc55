/// The words that Usher uses for its own things, in plain language.
enum Glossary {
    struct Entry: Sendable, Hashable {
        let word: String
        /// Other forms under which it is asked for.
        let forms: [String]
        let meaning: String
        /// What a person does with it; nil if there is nothing to do.
        let use: String?

        init(_ word: String, _ forms: String..., meaning: String, use: String? = nil) {
            self.word = word
            self.forms = forms
            self.meaning = meaning
            self.use = use
        }

        var names: [String] { [word] + forms }

        var text: String { "\(word) (a word of Usher's): \(meaning)\(use.map { "\n  \($0)" } ?? "")" }
    }

    /// In the order in which a person meets them.
    static let entries = [
        Entry(
            "job",
            "jobs",
            meaning:
                "one spreadsheet with one content, as the journal remembers it. The same content again is the same job, "
                + "whatever the file is called; a changed file is a new one.",
            use: "`usher status` lists them. Most commands take the spreadsheet's name in place of the number."
        ),
        Entry(
            "journal",
            meaning:
                "the file on this machine in which Usher remembers what was decided, sent and answered, so that nothing is "
                + "sent twice. Without it, everything would be sent again.",
            use: "Back it up: usher journal backup FILE. Look whether it is sound: usher journal check."
        ),
        Entry(
            "decision",
            "decisions",
            meaning: "what one row wants: approve, deny or cancel one registrant of one meeting or webinar."
        ),
        Entry(
            "outcome",
            "outcomes",
            meaning: "what became of a row: applied, skipped, rejected, failed, deferred or pending.",
            use: "Each is explained, for example: usher explain deferred"
        ),
        Entry("registrant", "registrants", meaning: "a person who registered for a meeting or a webinar."),
        Entry(
            "registrant id",
            meaning:
                "Zoom's own name for one registration, as a rule 22 letters and digits. It is not a customer's or an order's "
                + "number of another system.",
            use: "Where the list's ids are another system's: --ignore-ids."
        ),
        Entry(
            "occurrence",
            "occurrences",
            meaning:
                "one date of a recurring meeting, with an id of its own. A row that names none is about the whole series.",
            use: "The column is called Occurrence ID."
        ),
        Entry(
            "batch",
            "batches",
            meaning: "up to 30 registrants of one meeting with the same action, sent in one request."
        ),
        Entry(
            "preflight",
            "pre-flight",
            meaning:
                "a look at Zoom's lists of registrants before anything is sent, so that only what can be done, and is not done "
                + "yet, is sent.",
            use: "usher run --preflight FILE"
        ),
        Entry(
            "verify",
            "verification",
            meaning: "a comparison of what was applied with Zoom's lists. Zoom's answer that all was done is no proof.",
            use: "Now: usher verify FILE. After each run: usher run --verify FILE."
        ),
        Entry(
            "dry run",
            "dry-run",
            meaning: "a run that only says what would be sent. It sends nothing and remembers nothing.",
            use: "usher run --dry-run FILE"
        ),
        Entry(
            "inbox",
            meaning:
                "a directory into which people put spreadsheets for a run that nobody watches. The spreadsheets stay there; "
                + "results go to results/ in it.",
            use: "usher run --inbox DIRECTORY"
        ),
        Entry(
            "settle",
            "settled",
            meaning:
                "how long a file in the inbox must have been left alone before it is read, since it may still be on its way."
        ),
        Entry(
            "results",
            "results file",
            meaning: "your spreadsheet with five more columns: what became of each row, and why.",
            use:
                "It is a spreadsheet like any other: correct a row in it, and run it again. Only what is to be corrected: "
                + "usher results FILE --to-mend --output mend.csv"
        ),
        Entry(
            "report",
            meaning: "a page that says what was done for each meeting, what needs a person, and what is sent later.",
            use: "usher report, or FILE.report.html beside the results."
        ),
        Entry(
            "conflict",
            "conflicts",
            meaning: "rows of one spreadsheet that contradict each other about one registrant. None of them is sent.",
            use: "Correct them, or say which row counts: --on-conflict first or last."
        ),
        Entry(
            "conflict copy",
            meaning:
                "a second copy of a file that a synchronizing program made because two people changed it. It is not read, since "
                + "nobody knows which copy counts.",
            use: "Bring the two together, and take the copy away."
        ),
        Entry(
            "withdrawn",
            meaning:
                "no longer in the newest version of a spreadsheet, and not sent yet: so it is not sent. What was applied stays."
        ),
        Entry(
            "day limit",
            "daily limit",
            meaning:
                "how many requests Zoom takes in a day (UTC): for the account, for a meeting, and ten for one registrant of one "
                + "meeting. What is above it is deferred to the next day."
        ),
        Entry(
            "rate",
            "plan",
            meaning:
                "how many requests a second may be sent: 2 on the plan free, 20 on pro, 60 on business, shared by all apps of "
                + "the account.",
            use: "--plan says which plan you have; --rate leaves other apps a part."
        ),
        Entry(
            "profile",
            "profiles",
            "account",
            "accounts",
            meaning: "one of several Zoom accounts: its plan, its address and where its secrets are.",
            use: "They stand in the configuration file; the column Account says which one a row is for."
        ),
        Entry(
            "scope",
            "scopes",
            meaning: "what an app may do in Zoom, as its owner allowed in the App Marketplace.",
            use: "`usher doctor` says which are missing."
        ),
        Entry(
            "token",
            meaning:
                "the pass that Zoom gives an app for an hour. Usher gets one when it has something to send, and shows it to "
                + "nobody."
        ),
        Entry(
            "webhook",
            meaning: "an address, as a secret as a key, to which a summary in numbers is posted after a run.",
            use: "--notify URL"
        ),
    ]

    /// The entry for a word, in any of its forms.
    static func entry(for word: String) -> Entry? { entries.first { $0.names.contains(word) } }
}

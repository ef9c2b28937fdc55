// The rows of the table, in the order in which they are tried. One long file, because the order matters. Sources: the
// endpoint's own page ("Update registrant's status" and its twin for webinars), Zoom's pages on rate limits and errors,
// and, where a row says so, threads of Zoom's developer forum.
extension AnswerTable {
    static let success: [AnswerRow] = [
        AnswerRow(
            "updated",
            "204",
            when: .answer(204),
            about: .registrant,
            do: .applied,
            meaning: "The status of every registrant in the request was updated.",
            advice: "Zoom updated the status."
        )
    ]

    // Before the meeting's rows: some refusals of a token come with a status that otherwise blames the meeting.
    static let credentials: [AnswerRow] = [
        AnswerRow(
            "scopes missing",
            "400",
            "4711",
            when: .answer(400...499, codes: [4711]),
            about: .credentials,
            do: .stop,
            meaning: "The token does not contain the scope.",
            advice: "The Zoom app lacks a scope. Add the scope to the app in Zoom's Marketplace, then run again."
        ),
        AnswerRow(
            "token empty",
            "400",
            "4700",
            when: .answer(400...499, codes: [4700]),
            about: .credentials,
            do: .stop,
            meaning: "Token cannot be empty.",
            advice:
                "Zoom saw no token, or one without the scope. Check the app's credentials and scopes, then run again."
        ),
        AnswerRow(
            "webinar plan missing",
            "400",
            "200",
            when: .answer(400...499, codes: [200], words: [["webinar", "plan"], ["subscribe", "webinar"]]),
            about: .meeting,
            do: .failTarget,
            meaning: "Webinar plan is missing: the webinar's host has no subscription to webinars.",
            advice: "The host of this {kind} has no webinar plan. Give the host a licence for webinars in Zoom, or the "
                + "{kind} another host, then run the file again.",
            ofHost:
                "This host has no webinar plan."
        ),
        AnswerRow(
            "invalid key",
            "400",
            "200",
            when: .answer(400...499, codes: [200], words: [["api key"], ["secret"]]),
            about: .credentials,
            do: .stop,
            meaning: "Invalid API key or secret.",
            advice: "Zoom refused the app's key. Check the app's credentials, then run again."
        ),
        AnswerRow(
            "no permission",
            "400",
            "200",
            when: .answer(400...499, codes: [200]),
            about: .credentials,
            do: .doubtCredentials,
            meaning: "No permission: for one meeting or webinar, or for the app as a whole.",
            advice: "The Zoom app may not change this {kind}. Check who hosts it, the app's scopes and the role of its "
                + "user, then run the file again.",
            ofHost:
                "The Zoom app may not see this host's {kind}s. Check the app's scopes and the role of its user."
        ),
        AnswerRow(
            "token refused",
            "401",
            "124",
            when: .answer(400...499, codes: [124]),
            about: .credentials,
            do: .refreshToken,
            meaning: "The access token is wrong or has expired (or, users report, lacks the scope).",
            advice: "Zoom refused the token. If it refuses a new one too, check the app's credentials and scopes."
        ),
        AnswerRow(
            "unauthorized",
            "401",
            "",
            when: .answer(401),
            about: .credentials,
            do: .refreshToken,
            meaning: "The token was refused without a code.",
            advice: "Zoom refused the token. If it refuses a new one too, check the app's credentials and scopes."
        ),
    ]

    static let limits: [AnswerRow] = [
        AnswerRow(
            "registrant's day limit",
            "429",
            "",
            when: .answer(429...429, limit: .registrantDay),
            about: .dayLimit,
            do: .deferUntil(.registrant(""), nil),
            meaning:
                "A registrant's ten status changes of the day are spent; the message names the registrant. (A webinar "
                + "answers its eleventh request of the day so, naming anybody: then all its rows are deferred.)",
            advice:
                "This registrant's status was changed as often as Zoom allows in one day. It can be sent after 00:00 UTC."
        ),
        AnswerRow(
            "meeting's day limit",
            "429",
            "",
            when: .answer(429...429, limit: .targetDay),
            about: .dayLimit,
            do: .deferUntil(.target, nil),
            meaning: "The day's status requests to one meeting or webinar are spent; the message names nobody "
                + "(users report it for the eleventh request to a webinar).",
            advice: "Zoom allows no more status changes in this {kind} today. They can be sent after 00:00 UTC."
        ),
        AnswerRow(
            "account's day limit",
            "429",
            "",
            when: .answer(429...429, limit: .accountDay),
            about: .dayLimit,
            do: .deferUntil(.account, nil),
            meaning: "The account's requests of the day are spent (`X-RateLimit-Type: Daily-limit`).",
            advice: "The account's requests of the day are spent. The rest can be sent after 00:00 UTC."
        ),
        AnswerRow(
            "too many at once",
            "429",
            "",
            when: .answer(429...429, words: [["concurrent"], ["simultaneous"]]),
            about: .meeting,
            do: .hold(nil),
            meaning:
                "Too many concurrent requests: something else changes this meeting at this moment. The account's rate is "
                + "not concerned.",
            advice: "Something else was changing this {kind} at the same moment. Usher sends this again."
        ),
        AnswerRow(
            "too fast",
            "429",
            "",
            when: .answer(429...429),
            about: .requestRate,
            do: .slowDown(nil),
            meaning: "Too many requests in this second, or a limit that is not named.",
            advice: "Zoom asked for fewer requests per second. Usher slows down and sends this again."
        ),
    ]

    static let meetings: [AnswerRow] = [
        // Before the rows of the same code with less specific words.
        AnswerRow(
            "invalid number",
            "300, 400",
            "300",
            when: .answer(
                300...499,
                words: [["invalid webinar id"], ["invalid meeting id"]],
                unless: "validation failed"
            ),
            about: .meeting,
            do: .failTarget,
            meaning: "Invalid webinar ID: no webinar has this number.",
            advice:
                "Zoom knows no {kind} of this number. Check the number, and whether it is a meeting's or a webinar's, "
                + "then run the file again."
        ),
        AnswerRow(
            "expired",
            "400",
            "300",
            when: .answer(300...499, codes: [300], words: [["not found", "expired"]], unless: "validation failed"),
            about: .meeting,
            do: .failTarget,
            meaning: "The meeting is not found or has expired.",
            advice: "Zoom does not know this {kind}, or it is over. Check its number."
        ),
        AnswerRow(
            "registration not required",
            "300",
            "300",
            when: .answer(300, forms: [.json, .text, .empty]),
            about: .meeting,
            do: .failTarget,
            meaning: "This meeting has not set registration as required.",
            advice: "Registration is not switched on for this {kind}. Switch it on in Zoom, then run the file again."
        ),
        AnswerRow(
            "registration not required (newer form)",
            "400",
            "300",
            when: .answer(
                400...499,
                codes: [300],
                words: [["registration", "not", "required"], ["registration", "not", "enabled"]],
                // A general validation error may name a field that contains these words.
                unless: "validation failed"
            ),
            about: .meeting,
            do: .failTarget,
            meaning: "The same, as newer documents have it; the message tells it from the other rows of this code.",
            advice: "Registration is not switched on for this {kind}. Switch it on in Zoom, then run the file again."
        ),
        AnswerRow(
            "other account",
            "400",
            "1010",
            when: .answer(400...499, codes: [1010]),
            about: .meeting,
            do: .failTarget,
            meaning: "User does not belong to this account.",
            advice: "This {kind} belongs to another Zoom account. Check the number, or use that account's credentials.",
            ofHost:
                "This host belongs to another Zoom account. Check the address, or use that account's credentials."
        ),
        AnswerRow(
            "occurrence missing",
            "400",
            "3000",
            when: .answer(400...499, codes: [3000], words: [["invalid occurrence"]]),
            about: .meeting,
            do: .failTarget,
            meaning: "Invalid occurrence_id: the series has no such occurrence; its others are not concerned.",
            advice:
                "The {kind} has no such occurrence. Check the occurrence id; it changes where the series was edited in "
                + "Zoom."
        ),
        AnswerRow(
            "registrant missing",
            "400",
            "3000",
            when: .answer(400...499, codes: [3000], words: [["registrant", "not found"]]),
            about: .registrant,
            do: .split,
            meaning: "Registrant was not found: the code is the meeting's, the words are about one person.",
            advice:
                "Zoom does not know this registrant in this {kind}. Check the id and the email against Zoom's own list.",
            ofAll:
                "Zoom knows none of them in this {kind}. Most often the ids are not Zoom's, or the {kind} is the wrong "
                + "one. Check both, then run the file again."
        ),
        AnswerRow(
            "a webinar's number",
            "400",
            "3000",
            when: .answer(400...499, codes: [3000], words: [["cannot access webinar"]], at: .meeting),
            about: .meeting,
            do: .failTarget,
            meaning: "Cannot access webinar information, at a meeting's address: the number is a webinar's.",
            advice: "This number is a webinar's, not a meeting's; people turn meetings into webinars in Zoom. Write "
                + "\"webinar\" beside it in a column \"Type\" (or, if all numbers of the file are webinars', use "
                + "`--webinars`), then run the file again."
        ),
        AnswerRow(
            "no access to the meeting",
            "400",
            "3000",
            when: .answer(400...499, codes: [3000]),
            about: .meeting,
            do: .failTarget,
            meaning: "Cannot access meeting information.",
            advice: "Zoom does not let this account see the {kind}. Check the number and who hosts it."
        ),
        AnswerRow(
            "not the host",
            "400",
            "3003",
            when: .answer(400...499, codes: [3003]),
            about: .meeting,
            do: .failTarget,
            meaning: "You're not the meeting host.",
            advice:
                "The credentials' user does not host this {kind}. Use the host's account, or a scope that ends in `:admin`."
        ),
        AnswerRow(
            "host may not host",
            "400",
            "3161",
            when: .answer(400...499, codes: [3161]),
            about: .meeting,
            do: .failTarget,
            meaning: "Meeting hosting and scheduling capabilities are not allowed for the user account.",
            advice:
                "The host of this {kind} may not host meetings any more. Give the host a licence in Zoom, or the {kind} "
                + "another host, then run the file again."
        ),
        AnswerRow(
            "full",
            "400",
            "3035",
            when: .answer(400...499, codes: [3035]),
            about: .meeting,
            do: .failAction,
            meaning: "Webinar has reached maximum attendee capacity.",
            advice:
                "This {kind} is full: Zoom takes no more approvals. Make room in it (a larger licence, or denials and "
                + "cancels), then run the file again."
        ),
        AnswerRow(
            "over",
            "400",
            "3038",
            when: .answer(400...499, codes: [3038]),
            about: .meeting,
            do: .failTarget,
            meaning: "Webinar is over.",
            advice: "This {kind} is over, so nobody's status in it can be changed. Check its number."
        ),
        AnswerRow(
            "host missing",
            "404",
            "1001",
            when: .answer(400...499, codes: [1001]),
            about: .meeting,
            do: .failTarget,
            meaning: "User does not exist.",
            advice: "The host of this {kind} is no longer a user of the account. Give the {kind} a new host in Zoom.",
            ofHost:
                "Zoom knows no user of this account with this address. Check the address."
        ),
        AnswerRow(
            "meeting missing",
            "404",
            "3001",
            when: .answer(400...499, codes: [3001]),
            about: .meeting,
            do: .failTarget,
            meaning: "Meeting does not exist, or has expired (documented for Zoom's other endpoints).",
            advice: "Zoom does not know this {kind}, or it is over. Check its number."
        ),
    ]

    static let registrants: [AnswerRow] = [
        AnswerRow(
            "too many registrants",
            "400",
            "",
            when: .answer(
                400...499,
                words: [["too many", "registrant"], ["maximum", "registrants"], ["more than", "registrants"]],
                isAboutSeveral: true
            ),
            about: .registrant,
            do: .halve,
            meaning: "More registrants than Zoom takes in one request (no documented maximum).",
            advice: "Zoom takes fewer registrants in one request. Usher sends them in smaller groups."
        ),
        AnswerRow(
            "too large",
            "413",
            "",
            when: .answer(413),
            about: .registrant,
            do: .halve,
            meaning: "The request is too large.",
            advice: "Zoom does not take so large a request. Usher sends smaller ones."
        ),
        AnswerRow(
            "validation failed",
            "400",
            "300",
            when: .answer(400...400, codes: [300]),
            about: .registrant,
            do: .split,
            meaning: "Validation Failed: a field of the request is wrong.",
            advice: "Zoom does not accept this registrant's id or email. Check both against Zoom's own list."
        ),
        AnswerRow(
            "the host's own address",
            "400",
            "3027",
            when: .answer(400...499, codes: [3027]),
            about: .registrant,
            do: .split,
            meaning: "Host can not register: the list holds the host's own address.",
            advice: "This is the host of the {kind}, who can't be a registrant. Take the row out of the spreadsheet."
        ),
        AnswerRow(
            "not found",
            "404",
            "",
            when: .answer(404, forms: [.json, .text, .empty, .tooLarge]),
            about: .registrant,
            do: .split,
            meaning: "Meeting or registrant not found.",
            advice: "Zoom does not know this registrant in this {kind}, or not the {kind}. Check the id, the email "
                + "and the {kind}'s number.",
            ofAll:
                "Zoom knows none of them in this {kind}. Most often the ids are not Zoom's, or the {kind} is the wrong "
                + "one. Check both, then run the file again.",
            ofHost:
                "Zoom knows no user of this account with this address. Check the address."
        ),
        AnswerRow(
            "bad request",
            "400",
            "any other",
            when: .answer(400, forms: [.json, .text, .empty, .tooLarge]),
            about: .registrant,
            do: .split,
            meaning: "A refusal with a code that is not in this table, or with none.",
            advice: "Zoom refused this for a reason that Usher does not know."
        ),
        AnswerRow(
            "unprocessable",
            "422",
            "",
            when: .answer(422, forms: [.json, .text, .empty, .tooLarge]),
            about: .registrant,
            do: .split,
            meaning: "The request is understood, but something in it is wrong.",
            advice: "Zoom refused this for a reason that Usher does not know."
        ),
    ]

    static let elsewhere: [AnswerRow] = [
        AnswerRow(
            "not applied",
            "other 2xx",
            "",
            when: .answer(200...299),
            about: .server,
            do: .retry(nil),
            meaning:
                "Not the documented answer, so it does not count as applied. (With an error code in its body it is the "
                + "refusal of that code.)",
            advice: "The server answered, but not as Zoom does after a change, so this is not counted as applied. "
                + "Check the base URL and any proxy."
        ),
        AnswerRow(
            "redirect",
            "3xx",
            "",
            when: .answer(300...399),
            about: .server,
            do: .stop,
            meaning: "Sent elsewhere. Never followed: the token goes to the configured server alone.",
            advice: "The server sent Usher to another address, which it never follows. Check the base URL."
        ),
        AnswerRow(
            "not Zoom",
            "4xx (HTML)",
            "",
            when: .answer(400...499, forms: [.html]),
            about: .server,
            do: .retry(nil),
            meaning: "A page of HTML: something between Usher and Zoom refused the request.",
            advice: "Something between Usher and Zoom answered in Zoom's place. Check the base URL and any proxy."
        ),
    ]

    static let server: [AnswerRow] = [
        AnswerRow(
            "request timeout",
            "408",
            "",
            when: .answer(408),
            about: .server,
            do: .retry(nil),
            meaning: "The server waited too long for the request.",
            advice: "Zoom did not get the request in time. Usher sends it again."
        ),
        AnswerRow(
            "conflict",
            "409",
            "",
            when: .answer(409),
            about: .server,
            do: .retry(nil),
            meaning: "Something else changes the same meeting at this moment.",
            advice: "Zoom was busy with this {kind}. Usher sends it again."
        ),
        AnswerRow(
            "locked",
            "423-425",
            "",
            when: .answer(423...425),
            about: .server,
            do: .retry(nil),
            meaning: "The meeting is locked, or it is too early.",
            advice: "Zoom was busy with this {kind}. Usher sends it again."
        ),
        AnswerRow(
            "server trouble",
            "5xx",
            "",
            when: .answer(500...599),
            about: .server,
            do: .retry(nil),
            meaning: "Trouble at Zoom, or on the way there.",
            advice: "Zoom had trouble. Usher sends it again."
        ),
    ]

    static let silence: [AnswerRow] = [
        AnswerRow(
            "unreachable",
            "no answer",
            "",
            when: .none(.unreachable),
            about: .server,
            do: .retry(nil),
            meaning: "No connection could be made.",
            advice: "Zoom could not be reached. Check the network, then run again."
        ),
        AnswerRow(
            "cut",
            "no answer",
            "",
            when: .none(.cut),
            about: .server,
            do: .retry(nil),
            meaning: "The connection broke, perhaps after Zoom had done it; sending again does no harm.",
            advice: "The connection to Zoom broke. Usher sends it again."
        ),
        AnswerRow(
            "timeout",
            "no answer",
            "",
            when: .none(.timeout),
            about: .server,
            do: .retry(nil),
            meaning: "No answer in time, or one that never ended.",
            advice: "Zoom did not answer in time. Usher sends it again."
        ),
        AnswerRow(
            "TLS",
            "no answer",
            "",
            when: .none(.tls),
            about: .server,
            do: .stop,
            meaning: "The server could not prove that it is Zoom. Nothing was sent.",
            advice:
                "The server could not prove that it is Zoom. Check this computer's clock, its certificates and any proxy."
        ),
        AnswerRow(
            "no token",
            "no answer",
            "",
            when: .none(.tokenUnavailable),
            about: .server,
            do: .retry(nil),
            meaning: "Zoom's token server had trouble. Nothing was sent.",
            advice: "Zoom gave no token. Run again later."
        ),
        AnswerRow(
            "credentials refused",
            "no answer",
            "",
            when: .none(.credentialsRefused),
            about: .credentials,
            do: .stop,
            meaning: "Zoom's token server refused the credentials. Nothing was sent.",
            advice: "Zoom refused the app's credentials. Check the account id, the client id and the client secret."
        ),
    ]

    static let unknown: [AnswerRow] = [
        AnswerRow(
            "forbidden",
            "403",
            "",
            when: .answer(403),
            about: .credentials,
            do: .stop,
            meaning: "Not allowed, without a code of this table.",
            advice: "Zoom does not allow this. Check the app's scopes and the role of its user, then run again."
        ),
        AnswerRow(
            "not understood",
            "other 4xx",
            "",
            when: .answer(400...499),
            about: .server,
            do: .stop,
            meaning: "The server did not accept the kind of request at all.",
            advice: "The server does not accept Usher's requests. Check the base URL and `--encoding`."
        ),
        anything,
    ]

    /// The rest: statuses that no server should send.
    static let anything = AnswerRow(
        "not HTTP",
        "anything else",
        "",
        when: .answer(0...999),
        about: .server,
        do: .retry(nil),
        meaning: "A status that HTTP does not know.",
        advice: "The server answered with a status that HTTP does not know. Check the base URL and any proxy."
    )
}

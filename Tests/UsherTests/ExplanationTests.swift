import Decisions
import Foundation
import Journal
import Reporting
import Testing
import Zoom

@testable import Usher

@Suite("usher explain")
struct ExplanationTests {
    private func answer(_ words: String...) throws -> String {
        let question = try #require(Explanations.Question.all(in: words).first)
        return Explanations.answers(to: question).joined(separator: "\n")
    }

    @Test("every outcome is explained in the words of the README and the guide", arguments: Outcome.allCases)
    func outcomes(outcome: Outcome) throws {
        let text = try answer(outcome.rawValue)
        #expect(text.contains(outcome.meaning) && text.contains(outcome.advice))
        let line = "| `\(outcome.rawValue)` | \(outcome.meaning) | \(outcome.advice) |"
        for file in ["README.md", "Sources/Usher/Usher.docc/WhatComesBack.md"] {
            let text = try String(contentsOfFile: "\(Sources.path)/\(file)", encoding: .utf8)
            #expect(text.contains(line), "\(file) does not say: \(line)")
        }
    }

    @Test("every action is explained, and what cancelling may bring with it is told in the words of the guide")
    func actions() throws {
        for action in Action.allCases { #expect(try answer(action.rawValue).contains(action.meaning)) }
        let caution = try #require(Action.cancel.caution)
        #expect(try answer("cancel").contains(caution) && caution.contains("unable to register again"))
        #expect(try Sources.guide("YourSpreadsheet").replacing("\n", with: " ").contains(caution))
    }

    @Test("every word of Usher's is explained, in each of its forms, and listed", arguments: Glossary.entries)
    func words(entry: Glossary.Entry) throws {
        for name in entry.names { #expect(try answer(name).contains(entry.meaning), "\(name)") }
        #expect(Explanations.known.contains(entry.word))
    }

    @Test("the staff's guide ends with ten words, each with the meaning that the command gives it")
    func tenWords() throws {
        let table = try #require(try Sources.guide("YourSpreadsheet").components(separatedBy: "## Ten words").last)
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        #expect(rows.count == 10)
        for row in rows {
            let word = row.dropFirst(2).prefix { $0 != "|" }.dropLast()
            let entry = try #require(Glossary.entry(for: String(word)))
            #expect(row == "| \(word) | \(entry.meaning) |")
        }
    }

    @Test("a word means one thing")
    func wordsOnce() {
        let names = Glossary.entries.flatMap(\.names)
        #expect(Set(names).count == names.count)
        for word in ["job", "journal", "occurrence", "preflight", "batch", "inbox", "dry run", "results"] {
            #expect(Glossary.entry(for: word) != nil, "\(word)")
        }
    }

    @Test("a spreadsheet that needs a person is told before work that comes by itself")
    func worst() {
        #expect(Reporting.ExitStatus.worst(of: [.workRemains, .unreadable, .done]) == .unreadable)
        for status in Reporting.ExitStatus.allCases {
            #expect(Reporting.ExitStatus.worst(of: [.done, status]) == status)
        }
        #expect(Reporting.ExitStatus.worst(of: [.workRemains, .someRefused]) == .workRemains)
        #expect(Reporting.ExitStatus.worst(of: [.unreadable, .unreachable]) == .unreachable)
    }

    @Test("every exit code is explained", arguments: Reporting.ExitStatus.allCases)
    func exitCodes(status: Reporting.ExitStatus) throws {
        let text = try answer("exit", "code", "\(status.rawValue)")
        #expect(text.contains(status.meaning) && text.contains(status.advice))
        #expect(try answer("\(status.rawValue)").contains(status.meaning))
        #expect(
            try Sources.guide("SettingsAndAccounts").contains("\n| \(status.rawValue) | "),
            "the guide's table does not have it"
        )
    }

    @Test(
        "every row of the table of answers is found by its name, its code and its status",
        arguments: AnswerTable.rows.indices
    )
    func answers(index: Int) throws {
        let row = AnswerTable.rows[index]
        let advice = row.advice.replacing("{kind}", with: "meeting")
        #expect(try answer(row.name).contains(advice))
        if Int(row.documented.code) != nil { #expect(try answer(row.documented.code).contains(advice)) }
        for status in row.documented.status.split(separator: ",") where Int(status) != nil {
            #expect(try answer("HTTP", String(status)).contains(advice))
        }
    }

    @Test("a status without a row of its own is explained by the row for its hundred")
    func wider() throws {
        #expect(try answer("502").contains("Zoom had trouble."))
        #expect(try answer("307").contains("never follows"))
        #expect(try !answer("429").contains("does not accept Usher's requests"))
    }

    @Test("several things can be asked at once, and exit codes are told from statuses")
    func several() {
        let questions = Explanations.Question.all(in: ["exit code 75", "429", "deferred"])
        #expect(questions == [.init(word: "75", isExitCode: true), .init(word: "429"), .init(word: "deferred")])
        #expect(Explanations.Question.all(in: ["not the host"]) == [.init(word: "not the host")])
        #expect(Explanations.Question.all(in: ["code"]).isEmpty)
    }

    @Test(
        "a slip of the keyboard is answered with what was meant",
        arguments: [
            ("aplied", "usher explain applied"), ("3030", "usher explain 3003"), ("deffered", "usher explain deferred"),
            ("timout", "usher explain timeout"), ("journall", "usher explain journal"),
        ]
    )
    func nearest(word: String, hint: String) {
        #expect(Explanations.answers(to: .init(word: word)).isEmpty)
        #expect(Explanations.unknown(.init(word: word)).contains(hint))
    }

    @Test("what is like nothing gets a way on")
    func unknown() {
        #expect(Explanations.unknown(.init(word: "xylophone-band")).contains("usher exit-codes"))
        #expect(Explanations.unknown(.init(word: "76", isExitCode: true)).contains("not one of Usher's exit codes"))
    }

    @Test(
        "swapped letters are one slip",
        arguments: [("abc", "abc", 0), ("abc", "acb", 1), ("", "abc", 3), ("abc", "xyz", 3)]
    )
    func distance(one: String, other: String, distance: Int) {
        #expect(EditDistance.between(one, other) == distance)
        #expect(EditDistance.between(other, one) == distance)
    }
}

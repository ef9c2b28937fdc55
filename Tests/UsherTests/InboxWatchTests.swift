import Foundation
import Testing

@testable import Usher

@Suite("Which files of an inbox have settled")
struct InboxWatchTests {
    let now = Date(timeIntervalSince1970: 1_800_000_000)
    var watch = InboxWatch(settleTime: 60)

    private func entry(
        _ name: String = "a.csv",
        kind: InboxEntry.Kind = .file,
        size: Int64 = 100,
        age: Double,
        changed: Double? = nil
    ) -> InboxEntry {
        InboxEntry(
            name: name,
            kind: kind,
            size: size,
            modifiedAt: now.addingTimeInterval(-age),
            changedAt: now.addingTimeInterval(-(changed ?? age))
        )
    }

    @Test("a file that was left alone for the settle time is ready")
    mutating func ready() {
        let file = entry(age: 60)
        #expect(watch.look(at: [file], at: now).ready == [file])
    }

    @Test("names are bytes: two that Unicode takes for one are two files, and always come in the same order")
    func normalization() {
        let (composed, decomposed) = (entry("caf\u{E9}.csv", age: 90), entry("cafe\u{301}.csv", age: 90))
        for entries in [[composed, decomposed], [decomposed, composed]] {
            var watch = InboxWatch(settleTime: 60)
            let ready = watch.look(at: entries, at: now).ready.map { Array($0.name.utf8) }
            #expect(ready == [decomposed, composed].map { Array($0.name.utf8) })
        }
    }

    @Test("a file changed a moment ago is not, and the watch says when it will be")
    mutating func unsettled() {
        let look = watch.look(at: [entry(age: 45)], at: now)
        #expect(look.ready.isEmpty && look.unsettled == ["a.csv"])
        #expect(look.nextLook == now.addingTimeInterval(15))
    }

    @Test("a copy that was given the original's old time waits for the time at which it was really written")
    mutating func copied() {
        #expect(watch.look(at: [entry(age: 86_400, changed: 2)], at: now).unsettled == ["a.csv"])
    }

    @Test("a file from a machine whose clock is ahead is ready when it was watched for the settle time")
    mutating func clockAhead() {
        let file = entry(age: -7_200)
        #expect(watch.look(at: [file], at: now).nextLook == now.addingTimeInterval(60))
        #expect(watch.look(at: [file], at: now.addingTimeInterval(59)).ready.isEmpty)
        #expect(watch.look(at: [file], at: now.addingTimeInterval(60)).ready == [file])
    }

    @Test("a file that grows between two looks starts anew")
    mutating func growing() {
        _ = watch.look(at: [entry(size: 100, age: -7_200)], at: now)
        let grown = entry(size: 200, age: -7_200)
        let look = watch.look(at: [grown], at: now.addingTimeInterval(60))
        #expect(look.ready.isEmpty)
        #expect(look.nextLook == now.addingTimeInterval(120))
    }

    @Test("links, pipes and conflict copies are refused with a reason, whatever their age")
    mutating func refused() {
        let look = watch.look(
            at: [
                entry("link.csv", kind: .link, age: 1), entry("pipe.csv", kind: .other, age: 1),
                entry("x (conflicted copy).csv", age: 99), entry("bad\u{FFFD}.csv", kind: .unnameable, age: 99),
            ],
            at: now
        )
        #expect(look.ready.isEmpty && look.unsettled.isEmpty)
        #expect(
            look.refused.map(\.name) == ["bad\u{FFFD}.csv", "link.csv", "pipe.csv", "x (conflicted copy).csv"]
        )
    }

    @Test("directories are no files, and other people's files are mentioned")
    mutating func rest() {
        let look = watch.look(
            at: [
                entry("results", kind: .directory, age: 1), entry("old.csv", kind: .directory, age: 1),
                entry("notes.txt", age: 99),
            ],
            at: now
        )
        #expect(look == InboxScan(leftAlone: ["notes.txt"]))
    }

    @Test("the older file goes first, since the later one is to decide")
    mutating func order() {
        let files = [entry("a.csv", age: 100), entry("b.csv", age: 300), entry("c.csv", age: 200)]
        #expect(watch.look(at: files, at: now).ready.map(\.name) == ["b.csv", "c.csv", "a.csv"])
    }

    @Test("a results file that somebody put here is a spreadsheet, unless results are written here")
    mutating func results() {
        let file = entry("a.csv.results.csv", age: 90)
        #expect(watch.look(at: [file, entry("a.csv.report.html", age: 90)], at: now).ready == [file])
        var other = InboxWatch(settleTime: 60, takesResults: false)
        #expect(other.look(at: [file], at: now) == InboxScan())
    }
}

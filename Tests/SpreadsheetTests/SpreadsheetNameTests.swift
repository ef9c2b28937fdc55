import Spreadsheet
import Testing

@Suite("Names of files in a directory")
struct SpreadsheetNameTests {
    @Test(
        "what programs make for themselves is passed over in silence",
        arguments: [
            ".~lock.decisions.csv#", "~$decisions.csv", "~$decisions.xlsx", ".decisions.csv.Qx81Zp",
            ".syncthing.decisions.csv.tmp", "~syncthing~decisions.csv.tmp", "._decisions.csv", ".nfs0000000012.csv",
            "decisions.csv.part", "decisions.csv.filepart", "decisions.csv.crdownload", "decisions.csv~",
            "#decisions.csv#", ".decisions.csv.swp", "decisions.csv.report.html", "decisions.csv.check.html",
            "Thumbs.db", ".dropbox", ".DS_Store",
        ]
    )
    func programs(name: String) {
        #expect(SpreadsheetName(name) == .programs)
    }

    @Test(
        "spreadsheets are taken, and workbooks too, so that the reader can say what is wrong with them",
        arguments: [
            "decisions.csv", "Decisions Spring.CSV", "a.tsv", "#1 list.csv", "list.xlsx", "list.ods", "été.csv",
        ]
    )
    func spreadsheets(name: String) {
        #expect(SpreadsheetName(name) == .spreadsheet)
    }

    @Test(
        "results in the form of a spreadsheet are told apart: who finds them decides whether they are Usher's own",
        arguments: ["decisions.csv.results.csv", "DECISIONS.CSV.RESULTS.CSV", "a.tsv.results.tsv"]
    )
    func results(name: String) {
        #expect(SpreadsheetName(name) == .results)
    }

    @Test(
        "copies that a synchronizing program made of a conflict are told apart",
        arguments: [
            "decisions.sync-conflict-20260301-101500-ABCDEFG.csv",
            "decisions (Anna's conflicted copy 2026-03-01).csv",
            "decisions (conflicted copy 2026-03-01 101500).csv",
        ]
    )
    func conflicts(name: String) {
        #expect(SpreadsheetName(name) == .conflictCopy)
    }

    @Test(
        "anything else is somebody's, and no spreadsheet",
        arguments: ["notes.txt", "minutes.docx", "csv", "results"]
    )
    func other(name: String) {
        #expect(SpreadsheetName(name) == .other)
    }
}

import Testing

@testable import Decisions

@Suite("Who a row is about, for people")
struct RowTextTests {
    private func text(_ header: String, _ record: String, delimiter: Character = ",") -> RowText {
        let delimiter = delimiter.asciiValue ?? 0
        return RowTextColumns(header: Array(header.utf8), delimiter: delimiter).text(of: record.utf8)
    }

    @Test(
        "is the name where there are columns for it, else the address, else the id",
        arguments: [
            ("Meeting,First Name,Last Name,Email", "1,Ada,Moor,a@b.org", "Ada Moor"),
            ("Meeting,Last Name,Email,First Name", "1,\"Moor, MD\",a@b.org,\"Ada \"\"A\"\"\"", "Ada \"A\" Moor, MD"),
            ("Meeting,Email,Full Name", "1,a@b.org,\" Ada  Moor \"", "Ada  Moor"),
            ("Meeting;Email;Name", "1;a@b.org;", "a@b.org"), ("Meeting,Email,Name", "1,a@b.org", "a@b.org"),
            ("Meeting,Email,Name", "1,a@b.org,other@b.org", "a@b.org"),
            ("Meeting,Registrant,Email", "1,\"Moor, Ada\",a@b.org", "Moor, Ada"),
            ("Meeting,Registrant,Email", "1,cR1NYfJklcRTdYuQAECSEK,", "id cR1NYfJklcRTdYuQAECSEK"),
            ("Meeting,Registrant ID,Action", "1,cR1NYfJklcRTdYuQAECSEK,approve", "id cR1NYfJklcRTdYuQAECSEK"),
            ("Vorname,Nachname,Meeting,Email,Action", "Zoë,Müller,1,a@b.org,approve", "Zoë Müller"),
            ("Name,Meeting,Email,Action", "\"two\nlines\",1,a@b.org,approve", "two·lines"),
            ("Meeting,Email,Action", "1,\u{200B},approve", nil),
        ]
    )
    func person(_ header: String, _ record: String, _ expected: String?) {
        #expect(text(header, record, delimiter: header.contains(";") ? ";" : ",").person == expected)
    }

    @Test("comes with the cells of the columns that are read, as they are")
    func cells() {
        let text = text("Meeting ID,Topic,E-mail,Decision", "8.45E+10,Harbour,\" a(at)b.org\",aprove")
        #expect(text.cells == [.meeting: "8.45E+10", .email: "a(at)b.org", .action: "aprove"])
    }

    @Test("is found by the user's own names of columns while the sheet is read")
    func mapped() throws {
        let sheet = try TestSheet(
            "Sitzung,Adresse,Name,Action\n84512093377,a@b.org,Ada,approve\n",
            options: SheetOptions(map: [.meeting: "Sitzung", .email: "Adresse"])
        )
        #expect(
            sheet.rows.map(\.text) == [
                RowText(name: "Ada", cells: [.meeting: "84512093377", .email: "a@b.org", .action: "approve"])
            ]
        )
    }
}

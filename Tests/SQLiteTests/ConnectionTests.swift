import Testing

@testable import SQLite

@Suite("A connection")
struct ConnectionTests {
    let connection: Connection

    init() throws {
        connection = try Connection(path: ":memory:")
        try connection.execute("create table seat (id integer primary key, guest text, note blob) strict")
    }

    @Test("keeps every kind of value it was given")
    func values() throws {
        let note: [UInt8] = [0, 255, 7]
        try connection.statement("insert into seat values (:id, :guest, :note)").run(Int64.max, "Zoë 🎟\0end", note)
        try connection.statement("insert into seat values (:id, :guest, :note)").run(2, nil, [UInt8]())
        let select = try connection.statement("select id, guest, note from seat order by id desc")
        var seen: [(Int64, String?, [UInt8])] = []
        try select.forEach { row in seen.append((row.int64(0), row.optionalString(1), row.bytes(2))) }
        #expect(seen.count == 2)
        #expect(seen[0] == (Int64.max, "Zoë 🎟\0end", note))
        #expect(seen[1].1 == nil)
        #expect(seen[1].2.isEmpty)
    }

    @Test("binds bytes in place, empty ones as empty text and not as null")
    func bindsInPlace() throws {
        let insert = try connection.statement("insert into seat values (:id, :guest, :note)")
        let name = Array("Ada".utf8)
        name.withUnsafeBufferPointer { text in
            insert.bind(1, at: 1)
            insert.bind(text: text, at: 2)
            insert.bind(blob: UnsafeRawBufferPointer(text), at: 3)
            #expect(throws: Never.self) { try insert.runBound() }
        }
        insert.bind(2, at: 1)
        insert.bind(text: UnsafeBufferPointer(start: nil, count: 0), at: 2)
        insert.bind(nil, at: 3)
        try insert.runBound()
        var guests: [String?] = []
        try connection.statement("select guest from seat order by id").forEach { guests.append($0.optionalString(0)) }
        #expect(guests == ["Ada", ""])
    }

    @Test("reports a value that could not be bound when the statement runs")
    func refusedBinding() throws {
        let insert = try connection.statement("insert into seat values (:id, :guest, :note)")
        insert.bind(1, at: 9)
        #expect(throws: SQLiteError.self) { try insert.runBound() }
    }

    @Test("undoes a transaction whose body throws")
    func rollsBack() throws {
        struct Interrupted: Error {}
        #expect(throws: Interrupted.self) {
            try connection.transaction {
                try connection.statement("insert into seat (id) values (:id)").run(1)
                throw Interrupted()
            }
        }
        #expect(try connection.statement("select count(*) from seat").first { $0.int(0) } == 0)
    }

    @Test("names the statement and SQLite's message in an error, never the values")
    func errors() throws {
        try connection.statement("insert into seat (id, guest) values (:id, :guest)").run(1, "secret guest")
        let error = #expect(throws: SQLiteError.self) {
            try connection.statement("insert into seat (id, guest) values (:id, :guest)").run(1, "secret guest")
        }
        #expect(error?.code.primary == .constraint)
        #expect(error?.description.contains("insert into seat") == true)
        #expect(error?.description.contains("secret guest") == false)
    }

    @Test("applies each migration once, and refuses a schema newer than it knows")
    func migrations() throws {
        let steps = [
            Migration(version: 1, name: "doors", sql: "create table door (id integer primary key) strict"),
            Migration(version: 2, name: "colours", sql: "alter table door add column colour text"),
        ]
        try connection.migrate([steps[0]])
        try connection.migrate(steps)
        try connection.migrate(steps)
        #expect(try connection.userVersion() == 2)
        #expect(throws: SchemaIsNewer(found: 2, known: 1)) { try connection.migrate([steps[0]]) }
    }

    @Test("leaves the file at the last good version when a migration fails")
    func failedMigration() throws {
        let broken = Migration(
            version: 1,
            name: "broken",
            sql: "create table a (x) strict; create table b (x int) strict;"
        )
        #expect(throws: SQLiteError.self) { try connection.migrate([broken]) }
        #expect(try connection.userVersion() == 0)
    }
}

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
        try connection.statement("insert into seat values (:id, :guest, :note)").run([
            "id": Int64.max, "guest": "Zoë 🎟\0end", "note": note,
        ])
        try connection.statement("insert into seat values (:id, :guest, :note)").run([
            "note": [UInt8](), "id": 2, "guest": nil,
        ])
        let select = try connection.statement("select id, guest, note from seat order by id desc")
        var seen: [(Int64, String?, [UInt8])] = []
        try select.forEach { row in seen.append((row.int64("id"), row.optionalString("guest"), row.bytes("note"))) }
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
        try connection.statement("select guest from seat order by id").forEach {
            guests.append($0.optionalString("guest"))
        }
        #expect(guests == ["Ada", ""])
    }

    @Test("reports a value that could not be bound when the statement runs")
    func refusedBinding() throws {
        let insert = try connection.statement("insert into seat values (:id, :guest, :note)")
        insert.bind(1, at: 9)
        #expect(throws: SQLiteError.self) { try insert.runBound() }
    }

    @Test("refuses to run without a value for each parameter, and with one that the statement does not know")
    func names() throws {
        let insert = try connection.statement("insert into seat (id, guest) values (:id, :guest)")
        try insert.run(["id": 7, "guest": "Bob"])
        for values: Statement.Values in [["id": 1], ["id": 1, "guest": "A", "note": nil], ["id": 1, "gust": "A"]] {
            #expect(throws: SQLiteError.self) { try insert.run(values) }
        }
        #expect(try connection.statement("select count(*) as count from seat").first { $0.int("count") } == 1)
    }

    @Test("finds columns by their names in every statement anew, whatever their order")
    func columns() throws {
        try connection.statement("insert into seat (id, guest) values (:id, :guest)").run(["id": 7, "guest": "Bob"])
        for order in ["id, guest, 3 as note", "3 as note, guest, id", "guest, 3 as note, id"] {
            let seats = try connection.statement("select \(order) from seat").all { row in
                "\(row.int("id")) \(row.string("guest")) \(row.int("note"))"
            }
            #expect(seats == ["7 Bob 3"])
        }
    }

    @Test("undoes a transaction whose body throws")
    func rollsBack() throws {
        struct Interrupted: Error {}
        #expect(throws: Interrupted.self) {
            try connection.transaction {
                try connection.statement("insert into seat (id) values (:id)").run(["id": 1])
                throw Interrupted()
            }
        }
        #expect(try connection.statement("select count(*) as count from seat").first { $0.int("count") } == 0)
    }

    @Test("names the statement and SQLite's message in an error, never the values")
    func errors() throws {
        try connection.statement("insert into seat (id, guest) values (:id, :guest)").run([
            "id": 1, "guest": "secret guest",
        ])
        let error = #expect(throws: SQLiteError.self) {
            try connection.statement("insert into seat (id, guest) values (:id, :guest)").run([
                "id": 1, "guest": "secret guest",
            ])
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

    @Test("a transaction inside another is undone alone, or kept or undone with it")
    func parts() throws {
        struct Wrong: Error {}
        func insert(_ id: Int) throws { try connection.statement("insert into seat (id) values (:id)").run(["id": id]) }
        func ids() throws -> [Int] { try connection.statement("select id from seat order by id").all { $0.int("id") } }
        try connection.transaction {
            try insert(1)
            #expect(throws: Wrong.self) {
                try connection.transaction {
                    try insert(2)
                    throw Wrong()
                }
            }
            try connection.transaction { try insert(3) }
        }
        #expect(try ids() == [1, 3])
        #expect(throws: Wrong.self) {
            try connection.transaction {
                try connection.transaction { try insert(4) }
                throw Wrong()
            }
        }
        #expect(try ids() == [1, 3])
    }
}

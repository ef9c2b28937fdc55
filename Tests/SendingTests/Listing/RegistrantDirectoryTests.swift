import Testing
import Zoom

@testable import Sending

@Suite("Who is registered, as Zoom's lists say together")
struct RegistrantDirectoryTests {
    private func person(_ id: String, _ email: String, _ status: String) -> ListedRegistrant {
        ListedRegistrant(id: id, email: email, status: status)
    }

    @Test("registrants are found by id, and by email in whatever case")
    func found() {
        var roll = RegistrantDirectory()
        roll.add(person("A1", "Ann@Example.org", "approved"), in: .approved)
        #expect(roll.entry(id: "A1")?.status == .approved)
        #expect(roll.entry(id: "a1") == nil)
        #expect(roll.entries(email: "ann@example.ORG").map(\.id) == ["A1"])
        #expect(roll.entries(email: "bob@example.org").isEmpty)
    }

    @Test("who is in two lists is there, but nobody knows with what status")
    func moved() {
        var roll = RegistrantDirectory()
        roll.add(person("A1", "ann@example.org", "pending"), in: .pending)
        roll.add(person("A1", "ann@example.org", "approved"), in: .approved)
        #expect(roll.count == 1)
        #expect(roll.entry(id: "A1")?.status == nil)
    }

    @Test("an entry that contradicts its list has no known status")
    func contradicts() {
        var roll = RegistrantDirectory()
        roll.add(person("A1", "ann@example.org", "denied"), in: .approved)
        #expect(roll.entry(id: "A1")?.status == nil)
    }

    @Test("an email of several registrants finds them all")
    func shared() {
        var roll = RegistrantDirectory()
        roll.add(person("A1", "ann@example.org", "approved"), in: .approved)
        roll.add(person("A2", "ANN@example.org", "denied"), in: .denied)
        #expect(roll.entries(email: "ann@example.org").map(\.id) == ["A1", "A2"])
    }

    @Test("whom only the first of two readings saw exists, with an unknown status")
    func kept() {
        var first = RegistrantDirectory()
        first.add(person("A1", "ann@example.org", "approved"), in: .approved)
        first.add(person("A2", "bob@example.org", "approved"), in: .approved)
        var second = RegistrantDirectory()
        second.add(person("A2", "bob@example.org", "denied"), in: .denied)
        second.keep(first)
        #expect(second.entry(id: "A1").map(\.status) == .some(nil))
        #expect(second.entry(id: "A2")?.status == .denied)
    }

    @Test("registrants without id or email are told apart by what they have")
    func partial() {
        var roll = RegistrantDirectory()
        roll.add(person("", "ann@example.org", "approved"), in: .approved)
        roll.add(person("A2", "", "approved"), in: .approved)
        roll.add(person("", "ann@example.org", "approved"), in: .approved)
        #expect(roll.count == 2)
        #expect(roll.entries(email: "ann@example.org").map(\.id) == [nil])
        #expect(roll.entry(id: "A2")?.email == nil)
    }
}

import Sending

/// What is going to happen, in order of time; of two things at one moment, the one entered first.
struct Agenda<Happening> {
    private struct Entry {
        let at: Duration
        let number: Int
        let happening: Happening
    }

    private var entries = Heap<Entry> { $0.at != $1.at ? $0.at < $1.at : $0.number < $1.number }
    private var number = 0

    /// The next moment at which anything happens.
    var next: Duration? { entries.first?.at }

    mutating func add(_ happening: Happening, at moment: Duration) {
        entries.push(Entry(at: moment, number: number, happening: happening))
        number += 1
    }

    mutating func pop() -> (at: Duration, happening: Happening)? {
        entries.pop().map { ($0.at, $0.happening) }
    }
}

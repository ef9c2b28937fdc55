import Decisions
import Journal
import Randomness
import Testing
import Zoom

@testable import Sending

@Suite("A target that is refused as a whole")
struct SamplingTests {
    /// What a Zoom of this test's answers.
    private struct Told {
        var bench: DispatchHarness
        var requests = 0
        var applied: Set<Registrant> = []
        var failedAlone: Set<Registrant> = []

        /// Sends a list of so many rows in batches of thirty, asking whoever is good about each registrant.
        init(
            rows: Int,
            actions: [Action] = [.approve],
            kind: Target.Kind = .meeting,
            size: Int = 30,
            perMeeting: Int = 1,
            asksEveryone: Bool = false,
            answer: Answer = Answer(status: 404, message: "Meeting or registrant not found."),
            seed: UInt64 = 1,
            isGood: (Int, Action) -> Bool
        ) {
            var options = DispatchOptions(.pro)
            options.perMeeting = perMeeting
            options.asksEveryone = asksEveryone
            options.days.registrant = 100
            var batches: [OpenBatch] = []
            var number: Int64 = 0
            for action in actions {
                for start in stride(from: 0, to: rows, by: size) {
                    number += 1
                    batches.append(
                        Some.batch(
                            number,
                            of: Some.meeting(1, kind: kind),
                            size: min(size, rows - start),
                            action: action
                        )
                    )
                }
            }
            bench = DispatchHarness(options, batches, seed: seed)
            let perAction = (rows + size - 1) / size
            while let shipment = bench.nextSent() {
                requests += 1
                let isApplied = shipment.registrants.allSatisfy { registrant in
                    // The bench names a registrant after the batch and the place in it.
                    let name = Int(registrant.id?.dropFirst(2) ?? "") ?? 0
                    let row = (name / 100 - 1) % perAction * size + name % 100
                    return isGood(row, shipment.action)
                }
                if isApplied {
                    applied.formUnion(shipment.registrants)
                    bench.answer(shipment, .applied, .answer(Answer(status: 204)))
                } else {
                    var said = answer
                    let name = shipment.registrants[0].id ?? ""
                    said.message = said.message?.replacing("{}", with: name)
                    let isAlone = shipment.registrants.count == 1
                    if isAlone { failedAlone.formUnion(shipment.registrants) }
                    bench.answer(shipment, isAlone ? .failRegistrant : .split, .answer(said))
                }
            }
        }

        /// The reasons with which the rest was failed.
        var reasons: [String] {
            bench.effects.compactMap { effect in
                guard case .close(let closing) = effect, case .failed(_, let reason) = closing.outcome else {
                    return nil
                }
                return reason
            }
        }
    }

    @Test(
        "it costs twenty requests at most, whatever its size and whatever is answered",
        arguments: [1, 2, 5, 13, 14, 30, 31, 100, 1_000, 5_000],
        [
            Answer(status: 404, message: "Meeting or registrant not found."),
            Answer(status: 400, code: 9_999, message: "Unheard of."),
            Answer(status: 400, code: 3_000, message: "Registrant {} was not found."),
            Answer(status: 422), Answer(status: 400, code: 300, message: "Validation Failed. [registrants[3].id: {}]"),
        ]
    )
    func whole(rows: Int, answer: Answer) {
        for perMeeting in [1, 2, 10] {
            var told = Told(rows: rows, perMeeting: perMeeting, answer: answer) { _, _ in false }
            #expect(told.requests <= 20, "\(told.requests) requests")
            #expect(told.bench.ending() == .done)
            #expect(told.bench.progress.failed == rows)
        }
    }

    @Test("so do three actions of one target together, and each is given up with singles of its own")
    func threeActions() {
        var told = Told(rows: 300, actions: Action.allCases) { _, _ in false }
        #expect(told.requests <= 20)
        #expect(told.bench.ending() == .done)
        #expect(told.bench.progress.failed == 900)
        #expect(told.reasons.count == 3)
    }

    @Test("an action that Zoom takes is applied, whatever becomes of the others")
    func oneAction() {
        var told = Told(rows: 200, actions: [.approve, .cancel]) { _, action in action == .cancel }
        #expect(told.bench.ending() == .done)
        #expect(told.applied.count == 200)
        #expect(told.requests <= 7 + 20)
    }

    @Test("of a webinar, it costs half of the ten requests of its day", arguments: [1, 4, 30, 31, 1_000])
    func webinar(rows: Int) {
        var told = Told(rows: rows, kind: .webinar) { _, _ in false }
        #expect(told.requests <= 5)
        #expect(told.bench.ending() == .done)
        #expect(told.bench.progress.failed == rows)
    }

    @Test("where the first rows of a list alone are bad, all others are applied", arguments: [30, 100, 990])
    func firstRows(bad: Int) {
        let told = Told(rows: 1_000) { row, _ in row >= bad }
        // With ten good rows among a thousand, chance may miss them.
        guard bad < 990 else { return }
        #expect(told.applied.count == 1_000 - bad)
        #expect(told.failedAlone.count == bad)
    }

    @Test("where every second row is bad, all others are applied, by whatever seed", arguments: UInt64(1)...20)
    func everySecond(seed: UInt64) {
        let told = Told(rows: 1_000, seed: seed) { row, _ in row % 2 == 1 }
        #expect(told.applied.count == 500)
        #expect(told.failedAlone.count == 500)
    }

    @Test("one bad row costs one request more than halving does, at most")
    func oneBad() {
        for bad in 0..<30 {
            let told = Told(rows: 30) { row, _ in row != bad }
            #expect(told.applied.count == 29)
            #expect(told.requests <= 12, "\(told.requests) requests")
        }
    }

    @Test("those who are asked stand all over the list, and the same seed asks the same ones")
    func places() {
        let told = Told(rows: 1_000, seed: 7) { _, _ in false }
        let batches = Set(told.failedAlone.map { (Int($0.id?.dropFirst(2) ?? "") ?? 0) / 100 })
        #expect(told.failedAlone.count == 12)
        #expect(batches.count >= 8)
        #expect(Told(rows: 1_000, seed: 7) { _, _ in false }.failedAlone == told.failedAlone)
        #expect(Told(rows: 1_000, seed: 8) { _, _ in false }.failedAlone != told.failedAlone)
    }

    @Test("the reason says how many were asked, how many were not, and why")
    func reason() throws {
        let told = Told(rows: 1_000) { _, _ in false }
        let reason = try #require(told.reasons.first)
        #expect(told.reasons.count == 1)
        #expect(
            reason.hasPrefix(
                "12 people at different places of this list were refused with the same words, so the other 988 were not "
                    + "asked: "
            )
        )
    }

    @Test("--ask-everyone asks about each one")
    func everyone() {
        var told = Told(rows: 60, asksEveryone: true) { _, _ in false }
        #expect(told.failedAlone.count == 60)
        #expect(told.reasons.isEmpty)
        #expect(told.bench.ending() == .done)
    }

    @Test("people who are refused with other words each are not given up: what is refused is about them")
    func mixed() {
        var random = SplitMix64(seed: 3)
        var options = DispatchOptions(.pro)
        options.days.registrant = 100
        var bench = DispatchHarness(options, (1...3).map { Some.batch($0, of: Some.meeting(1), size: 30) })
        while let shipment = bench.nextSent() {
            let code = Int.random(in: 1...9, using: &random)
            let answer = Answer(status: 400, code: code, message: "Refused.")
            bench.answer(shipment, shipment.registrants.count == 1 ? .failRegistrant : .split, .answer(answer))
        }
        #expect(bench.ending() == .done)
        #expect(bench.progress.failed == 90)
        #expect(!bench.effects.contains { if case .close = $0 { true } else { false } })
    }

    @Test("refusals are alike where only names and numbers differ")
    func alike() {
        func refusal(_ message: String, _ id: String) -> Sampling.Refusal {
            Sampling.Refusal(
                Answer(status: 400, code: 3_000, message: message),
                about: [Registrant(id: id, email: "\(id)@example.org")].compactMap(\.self)
            )
        }
        #expect(refusal("Registrant a was not found.", "a") == refusal("Registrant bcd was not found.", "bcd"))
        #expect(refusal("a@example.org: no, a.", "a") == refusal("b@example.org: no, b.", "b"))
        #expect(refusal("Request 17 failed.", "a") == refusal("Request 18 failed.", "b"))
        #expect(refusal("Not found.", "a") != refusal("Not allowed.", "a"))
    }

    @Test("a single who is put off, or whose request is lost, counts for nothing: another one is asked")
    func lostSingles() {
        var options = DispatchOptions(.pro)
        options.days.registrant = 100
        var bench = DispatchHarness(options, (1...10).map { Some.batch($0, of: Some.meeting(1), size: 30) })
        let answer = SendResult.answer(Answer(status: 404, message: "Not found."))
        var singles = 0
        while let shipment = bench.nextSent() {
            guard shipment.registrants.count == 1 else {
                bench.answer(shipment, .split, answer)
                continue
            }
            singles += 1
            switch singles {
            case 1: bench.answer(shipment, .deferUntil(.registrant(shipment.registrants[0].id ?? ""), nil), answer)
            case 2: bench.answer(shipment, .retry(nil))
            default: bench.answer(shipment, .failRegistrant, answer)
            }
        }
        #expect(bench.sent.count == 2 + 2 + 12)
        #expect(bench.progress.failed == 300 || bench.progress.failed + bench.progress.deferred == 300)
    }
}

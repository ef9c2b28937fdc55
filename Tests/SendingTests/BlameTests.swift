import Decisions
import Journal
import Randomness
import Testing
import Zoom

@testable import Sending

@Suite("Blame")
struct BlameTests {
    @Test(
        "whoever is bad, in batches of whatever size: exactly the good are applied, within the limits of each day",
        arguments: [1...2_500, 2_501...5_000, 5_001...7_500, 7_501...10_000] as [ClosedRange<UInt64>]
    )
    func exact(seeds: ClosedRange<UInt64>) {
        for seed in seeds {
            if let fault = Self.fault(seed: seed) {
                Issue.record("seed \(seed): \(fault)")
                return
            }
        }
    }

    /// Sends batches of a seed's choosing until nothing is left, and returns what was wrong.
    private static func fault(seed: UInt64) -> String? {
        var random = SplitMix64(seed: seed)
        let sizes = (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 1...30, using: &random) }
        var options = DispatchOptions(.pro)
        options.days.registrant = Int.random(in: 2...10, using: &random)
        options.perMeeting = Int.random(in: 1...2, using: &random)
        options.asksEveryone = true
        let badness = [0, 1, 3, 10, 100].randomElement(using: &random) ?? 0
        let isMeetingShared = Bool.random(using: &random)
        var bench = DispatchHarness(
            options,
            sizes.enumerated().map { number, size in
                Some.batch(Int64(number + 1), of: Some.meeting(isMeetingShared ? 1 : number), size: size)
            }
        )
        let everybody = Set(
            sizes.enumerated().flatMap { number, size in
                (0..<size).map { Some.registrant((number + 1) * 100 + $0) }
            }
        )
        var bad: Set<Registrant> = []
        for registrant in everybody.sorted(by: { $0.id ?? "" < $1.id ?? "" })
        where Int.random(in: 0..<100, using: &random) < badness { bad.insert(registrant) }
        var applied: Set<Registrant> = []
        var failed: Set<Registrant> = []
        for _ in 0..<20 {
            var today: [Registrant: Int] = [:]
            while let shipment = bench.nextSent() {
                for registrant in shipment.registrants {
                    today[registrant, default: 0] += 1
                    guard today[registrant, default: 0] <= options.days.registrant else {
                        return "one was sent too often"
                    }
                    guard !applied.contains(registrant) else { return "one was sent again after being applied" }
                }
                let isRefused = !bad.isDisjoint(with: shipment.registrants)
                if !isRefused {
                    applied.formUnion(shipment.registrants)
                    bench.answer(shipment, .applied, .answer(Answer(status: 204)))
                } else if shipment.registrants.count > 1 {
                    bench.answer(shipment, .split, .answer(Answer(status: 404)))
                } else {
                    failed.formUnion(shipment.registrants)
                    bench.answer(shipment, .failRegistrant, .answer(Answer(status: 404)))
                }
            }
            if bench.ending() == .done { break }
            bench.nextDay(options)
        }
        guard failed == bad else { return "others were failed than the bad" }
        guard applied == everybody.subtracting(bad) else { return "others were applied than the good" }
        return nil
    }

    @Test("refusals for the rate are no changes: a registrant is not put off because others use the account")
    func ratesAreNoChanges() throws {
        var options = DispatchOptions(.pro)
        options.days.registrant = 2
        var bench = DispatchHarness(options, [Some.batch(1, of: Some.meeting(1))])
        for _ in 0..<5 {
            bench.answer(try bench.mustSend(), .slowDown(nil), .answer(Answer(status: 429)))
        }
        let unreachable = SendResult.noAnswer(RequestFailure(cause: .unreachable, detail: "no route"))
        bench.answer(try bench.mustSend(), .retry(nil), unreachable)
        bench.answer(try bench.mustSend(), .applied, .answer(Answer(status: 204)))
        #expect(bench.ending() == .done)
    }
}

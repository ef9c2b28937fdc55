import ArgumentParser
import Simulation

/// `usher-simulate`: runs the stories of many seeds, and stops at the first violation.
@main
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usher-simulate",
        abstract: "Simulates thousands of nights of Usher from seeds, with faults at every boundary.",
        discussion: """
            The dispatcher, its policies and the journal are the real ones; clock, disk times, network and Zoom are not. \
            A failure names its seed: --seed SEED tells that story line by line.
            """
    )

    @Option(help: "How many seeds to try.") var seeds = 2_000
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "Tell the story of this seed alone, line by line.") var seed: UInt64?
    @Option(help: "How many seeds at a time.") var jobs = 2
    @Option(help: "Stop after this many seeds in which something is wrong.") var most = 5
    @Flag(help: "Tell stories of lists that are edited, renamed and copied over several nights.") var stories = false
    @Flag(help: "Tell the stories that were written down, line by line, instead.") var told = false
    @Flag(help: "Print how close to Zoom's rate the limiter comes, instead.") var pacing = false
    @Flag(help: "Print how close to the least possible time skewed jobs come, instead.") var makespan = false

    func run() async throws {
        if pacing { return Tables.printPacing() }
        if makespan { return Tables.printMakespan() }
        if told {
            for story in ToldStory.all {
                print("# \(story)")
                do { try await story { print($0) } } catch { print("WRONG: \(error)") }
            }
            return
        }
        if let seed {
            _ =
                if stories {
                    try await Story.run(seed: seed) { print($0) }
                } else {
                    try await SeedRun.run(seed: seed) { print($0) }
                }
            print("seed \(seed): nothing is wrong")
            return
        }
        let clock = ContinuousClock()
        let start = clock.now
        let range = SeedRange(from: from, count: seeds)
        let outcome =
            stories
            ? await range.run(jobs: jobs, mostViolations: most) { try await Story.run(seed: $0) }
            : await range.run(jobs: jobs, mostViolations: most)
        let elapsed = clock.now - start
        for violation in outcome.violations {
            print(violation)
            print("  again, line by line: scripts/simulate\(stories ? " --stories" : "") --seed \(violation.seed)")
        }
        print(
            """
            \(outcome.seeds) seeds, \(outcome.figures.nights) nights (\(outcome.figures.kills) killed), \
            \(outcome.figures.requests) requests, \(outcome.figures.rows) rows in \
            \(elapsed.formatted): \(outcome.violations.isEmpty ? "nothing is wrong" : "something is wrong")
            """
        )
        if !outcome.violations.isEmpty { throw ExitCode.failure }
    }
}

extension Duration {
    fileprivate var formatted: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}

/// Figures for people.
enum Tables {
    static func printPacing() {
        print("plan      window   others  jitter ms  where   time/ideal  refused  most in 1 s")
        for trial in PacingTrial.all {
            let figures = trial.run()
            let cells = [
                left(trial.plan.rawValue, 8), left(trial.window.rawValue, 7), right("\(Int(trial.others * 100)) %", 6),
                right("\(trial.jitter)", 9), left(trial.jitter == 0 ? "-" : trial.place.rawValue, 6),
                right(decimals(figures.overIdeal, 3), 10), right("\(figures.refusals)", 7),
                right("\(figures.mostRefusalsInASecond)", 11),
            ]
            print(cells.joined(separator: "  "))
        }
    }

    static func printMakespan() {
        print("plan      longest  latency ms  bound s  time/bound  refused")
        for trial in MakespanTrial.all {
            let figures = trial.run()
            let cells = [
                left(trial.plan.rawValue, 8), right("\(Int(trial.share * 100)) %", 7), right("\(trial.latency)", 10),
                right(decimals(figures.bound, 1), 7), right(decimals(figures.overBound, 3), 10),
                right("\(figures.refusals)", 7),
            ]
            print(cells.joined(separator: "  "))
        }
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func decimals(_ number: Double, _ places: Int) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let whole = Int((number * Double(scale)).rounded())
        return "\(whole / scale).\(String(String(scale + whole % scale).dropFirst()))"
    }
}

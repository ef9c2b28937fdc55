import Simulation

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

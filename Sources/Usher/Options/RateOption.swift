internal import ArgumentParser

/// `--rate N` or `--rate unlimited`.
enum RateOption: ExpressibleByArgument, Sendable {
    case perSecond(Double)
    case unlimited

    init?(argument: String) {
        if argument == "unlimited" {
            self = .unlimited
        } else if let rate = Double(argument), rate.isFinite, rate > 0 {
            self = .perSecond(rate)
        } else {
            return nil
        }
    }
}

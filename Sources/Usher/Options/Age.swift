import ArgumentParser

/// How long ago, as the command line gives it: `400d`, `57w`.
struct Age: ExpressibleByArgument, Sendable {
    /// At least 1.
    let days: Int

    init?(argument: String) {
        let units = ["d": 1, "w": 7]
        guard let unit = argument.last.flatMap({ units[String($0)] }), let count = Int(argument.dropLast()),
            count > 0, count <= 36_500
        else { return nil }
        days = count * unit
    }
}

/// Where a value comes from.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// The command line.
    case flag(String)
    /// The environment.
    case variable(String)
    /// The configuration file.
    case file(String, line: Int)
    /// Nobody said anything.
    case standard

    /// For people: the very flag, variable or line.
    package var description: String {
        switch self {
        case .flag(let name): "--\(name)"
        case .variable(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .standard: "default"
        }
    }
}

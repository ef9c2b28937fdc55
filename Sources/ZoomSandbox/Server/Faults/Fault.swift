/// What can go wrong between Zoom and its client.
package enum Fault: Sendable, Hashable, CustomStringConvertible {
    /// An answer with this status, with or without having done what was asked.
    case status(Int, applied: Bool)
    /// The connection ends without an answer.
    case cut(applied: Bool)
    /// The connection is reset without an answer; nothing is done.
    case reset
    /// No answer, ever; nothing is done.
    case hang
    /// Sent elsewhere, with status 307; nothing is done.
    case redirect
    /// Another shape of answer; nothing is done.
    case shape(Shape)

    /// Answers that no client should trust.
    package enum Shape: String, Sendable, Hashable, CaseIterable {
        /// A page of HTML with status 502, as a proxy sends it.
        case html
        /// Status 400 with text that is not JSON.
        case notJSON = "not-json"
        /// Status 400 without a body.
        case empty
        /// Status 400 with a body that ends before its announced length.
        case cutBody = "cut-body"
        /// Status 400 with a JSON body of 8 MiB.
        case hugeBody = "huge-body"
        /// A head that comes one byte at a time.
        case slowHead = "slow-head"
        /// A body that comes one byte at a time.
        case slowBody = "slow-body"
        /// A body that never ends.
        case endlessBody = "endless-body"
        /// Headers that never end.
        case headerFlood = "header-flood"
        /// A small body that unpacks to a huge one.
        case gzipBomb = "gzip-bomb"
    }

    /// The fault as the command line names it.
    package var description: String {
        switch self {
        case .status(let status, let applied): applied ? "\(status)-after" : "\(status)"
        case .cut(let applied): applied ? "cut-after" : "cut-before"
        case .reset: "reset"
        case .hang: "hang"
        case .redirect: "redirect"
        case .shape(let shape): shape.rawValue
        }
    }

    /// Whether the request is done before the fault strikes.
    package var applies: Bool {
        switch self {
        case .status(_, let applied), .cut(let applied): applied
        case .reset, .hang, .redirect, .shape: false
        }
    }

    /// The HTTP status that is sent, or nil if no answer gets as far as that.
    var status: Int? {
        switch self {
        case .status(let status, _): status
        case .cut, .reset, .hang: nil
        case .redirect: 307
        case .shape(.html): 502
        case .shape(.endlessBody), .shape(.headerFlood), .shape(.slowHead): 200
        case .shape: 400
        }
    }

    /// Reads the name of a fault; nil for an unknown one.
    package init?(_ name: some StringProtocol) {
        let name = String(name)
        switch name {
        case "cut-before": self = .cut(applied: false)
        case "cut-after": self = .cut(applied: true)
        case "reset": self = .reset
        case "hang": self = .hang
        case "redirect": self = .redirect
        default:
            if let shape = Shape(rawValue: name) {
                self = .shape(shape)
                return
            }
            let applied = name.hasSuffix("-after")
            guard let status = Int(applied ? String(name.dropLast(6)) : name), (200...599).contains(status) else {
                return nil
            }
            self = .status(status, applied: applied)
        }
    }
}

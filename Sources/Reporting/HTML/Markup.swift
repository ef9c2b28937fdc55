import Files

/// HTML that inserted content can't break: literals are markup, interpolated values are text.
///
///     let line: Markup = "<td>\(cell)</td>"   // a cell of `<script>` comes out as `&lt;script&gt;`
///
/// Checked by the compiler, in a page of code: a template engine would bring in all of Foundation.
struct Markup: Sendable, Hashable, ExpressibleByStringInterpolation {
    private(set) var html: String

    init(stringLiteral markup: StaticString) {
        html = markup.description
    }

    init(stringInterpolation: StringInterpolation) {
        html = stringInterpolation.html
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var html = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            html.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ markup: StaticString) { html += markup.description }

        /// Text of any origin.
        mutating func appendInterpolation(_ text: some StringProtocol) { html += Markup.escaped(text) }

        /// A number as people read it: `1,204`.
        mutating func appendInterpolation(_ number: Int) { html += Phrases.number(number) }

        /// Existing markup.
        mutating func appendInterpolation(_ markup: Markup) { html += markup.html }

        /// Pieces of markup, in sequence.
        mutating func appendInterpolation(_ pieces: some Sequence<Markup>) {
            for piece in pieces { html += piece.html }
        }

        /// Text from a spreadsheet or a server, in any script: it can't change the direction of its surroundings.
        mutating func appendInterpolation(foreign text: String) {
            html += "<bdi>\(Markup.escaped(text.namingUnseen))</bdi>"
        }

        /// A moment, for people and for programs.
        mutating func appendInterpolation(time: ReadableTime) {
            html += "<time datetime=\"\(time.iso)\">\(Markup.escaped(time.description))</time>"
        }

        /// A number for a drawing, as short as possible.
        mutating func appendInterpolation(length: Double) {
            let tenths = Int((length * 10).rounded())
            html += tenths % 10 == 0 ? String(tenths / 10) : "\(Double(tenths) / 10)"
        }
    }

    static func += (one: inout Markup, other: Markup) { one.html += other.html }

    private static func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

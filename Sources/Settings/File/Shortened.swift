/// Text from outside on one line, cut where it grows long.
struct Shortened: CustomStringConvertible {
    let description: String

    init(_ text: String) {
        let clean = String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
        description = clean.count > 60 ? clean.prefix(60) + "…" : clean
    }
}

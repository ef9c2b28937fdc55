import Foundation
import Testing

/// A page as a browser would take it apart: elements with their attributes and text, and whether each was closed.
struct Page {
    struct Element {
        let name: String
        let attributes: [String: String]
        let path: [String]
        var text = ""
    }

    private(set) var elements: [Element] = []
    private(set) var faults: [String] = []
    private static let void: Set<String> = ["meta", "br", "hr", "img", "input", "link"]

    init(_ html: String) {
        var open: [Int] = []
        var rest = html[...]
        while let start = rest.firstIndex(of: "<") {
            let text = rest[..<start]
            for index in open { elements[index].text += text }
            guard let end = rest[start...].firstIndex(of: ">") else {
                faults.append("an open tag at the end")
                return
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                let name = String(tag.dropFirst())
                guard let last = open.popLast(), elements[last].name == name else {
                    faults.append("</\(name)> closes \(open.last.map { elements[$0].name } ?? "nothing")")
                    continue
                }
                continue
            }
            let isClosed = tag.hasSuffix("/")
            let name = String(tag.prefix { !$0.isWhitespace && $0 != "/" })
            var attributes: [String: String] = [:]
            for match in tag.matches(of: /([a-zA-Z:-]+)="([^"]*)"/) { attributes[String(match.1)] = String(match.2) }
            elements.append(Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
            if !isClosed && !Self.void.contains(name) { open.append(elements.count - 1) }
        }
        faults += open.map { "<\(elements[$0].name)> is never closed" }
    }

    func all(_ names: String...) -> [Element] { elements.filter { names.contains($0.name) } }
}

/// Contrast as WCAG 2 counts it.
enum Contrast {
    static func ratio(_ one: String, _ other: String) -> Double {
        let lights = [luminance(one), luminance(other)].sorted()
        return (lights[1] + 0.05) / (lights[0] + 0.05)
    }

    private static func luminance(_ hex: String) -> Double {
        let value = Int(hex.dropFirst(), radix: 16) ?? 0
        let parts = [value >> 16 & 255, value >> 8 & 255, value & 255].map { channel -> Double in
            let part = Double(channel) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
}

import Glibc

/// What a terminal can show, and what its user wants to see.
package struct TerminalStyle: Sendable, Hashable {
    /// Whether colours may be used.
    package var isColoured: Bool
    /// Whether characters beyond ASCII are shown.
    package var isUnicode: Bool

    package init(isColoured: Bool, isUnicode: Bool) {
        self.isColoured = isColoured
        self.isUnicode = isUnicode
    }

    /// As the environment says: `NO_COLOR` (any value but the empty one), `LC_ALL`, `LC_CTYPE`, `LANG`.
    static var ofEnvironment: TerminalStyle {
        TerminalStyle(isColoured: value("NO_COLOR") == nil, isUnicode: isUnicode)
    }

    /// Whether the locale's encoding is UTF-8.
    package static var isUnicode: Bool {
        let locale = (value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? "").lowercased()
        return locale.contains("utf-8") || locale.contains("utf8")
    }

    /// Whether a file descriptor is a terminal on which lines can be drawn anew.
    static func canDraw(on descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && value("TERM") != "dumb" && value("TERM") != nil
    }

    private static func value(_ name: String) -> String? {
        guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
        return value
    }
}

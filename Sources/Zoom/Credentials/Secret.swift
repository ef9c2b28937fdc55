/// Text that must not show up anywhere: its description, its debug description and its mirror say nothing.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one place that sends it.
    let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// Whether there is nothing in it.
    package var isEmpty: Bool { value.isEmpty }
    /// Always the same words.
    package var description: String { "(secret)" }
    /// Always the same words.
    package var debugDescription: String { "(secret)" }
    /// Empty, so that `dump` and string interpolation of what holds it show nothing either.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

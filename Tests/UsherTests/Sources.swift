import Foundation

/// Where the project's own files are.
enum Sources {
    static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The text of a guide in `Usher.docc`.
    static func guide(_ name: String) throws -> String {
        try String(contentsOfFile: "\(path)/Sources/Usher/Usher.docc/\(name).md", encoding: .utf8)
    }
}

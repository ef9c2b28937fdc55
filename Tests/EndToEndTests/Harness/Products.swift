import Foundation

/// The commands under test, as the build left them beside the test bundle.
enum Products {
    /// The directory of the built products.
    static let directory: URL = {
        return Bundle.main.bundleURL
    }()

    /// The sources' root, where `samples`, `scripts` and `README.md` are.
    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static var usher: URL { directory.appending(path: "usher") }
    static var sandbox: URL { directory.appending(path: "zoom-sandbox") }

    /// A file of `samples`.
    static func sample(_ name: String) -> URL { repository.appending(path: "samples/\(name)") }
}

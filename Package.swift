// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where they can be mended (CI), and only warnings for a user with a newer compiler.
let strict: [SwiftSetting] =
    Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

let package = Package(
    name: "usher",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "usher", targets: ["Usher"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // libsqlite3 as the system ships it.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // A thin typed layer on SQLite: connections, statements, transactions. Knows no domain.
        .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: strict),
        // Bytes to records: encoding, dialect, quoting, streaming. Knows nothing of Zoom.
        .target(name: "Spreadsheet", swiftSettings: strict),
        // Records to decisions: header names, value rules, conflicts, rejected rows.
        .target(name: "Decisions", dependencies: ["Spreadsheet"], swiftSettings: strict),
        // Jobs, decisions, batches and attempts on SQLite: the only place where state lives.
        .target(
            name: "Journal",
            dependencies: ["Decisions", "SQLite", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        // Zoom's API: credentials, requests, and what each answer means.
        .target(name: "Zoom", dependencies: ["Decisions"], swiftSettings: strict),
        // What people read afterwards: results files, summaries, progress.
        .target(name: "Reporting", dependencies: ["Journal", "Spreadsheet"], swiftSettings: strict),
        // The executable `usher`: one file per command, wiring only.
        .executableTarget(
            name: "Usher",
            dependencies: [
                "Reporting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),

        .testTarget(name: "SQLiteTests", dependencies: ["SQLite"], swiftSettings: strict),
        .testTarget(name: "JournalTests", dependencies: ["Journal", "CSQLite"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

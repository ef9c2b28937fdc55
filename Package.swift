// swift-tools-version: 6.2
import PackageDescription

/// An import is internal unless it says more. Warnings are errors where they can be mended (CI), and only warnings for a
/// user with a newer compiler.
let settings: [SwiftSetting] =
    [.enableUpcomingFeature("InternalImportsByDefault")]
    + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

let package = Package(
    name: "usher",
    products: [
        .executable(name: "usher", targets: ["Usher"]),
        .executable(name: "zoom-sandbox", targets: ["ZoomSandboxCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The targets stand in the order in which a spreadsheet flows through them; each sees only those above it.

        // Random numbers that a seed repeats.
        .target(name: "Randomness", swiftSettings: settings),
        // Bytes into and out of open files, and the system's word on what went wrong.
        .target(name: "Files", swiftSettings: settings),
        // libsqlite3 as the system ships it.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // SHA-256, as the system ships it.
        .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
        // A thin typed layer on SQLite: connections, statements, transactions. Knows no domain.
        .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: settings),
        // The commit that this is built from, where USHER_BUILD names it. In C, since only there a build passes text on.
        .target(
            name: "CVersion",
            cSettings: Context.environment["USHER_BUILD"].map { [.define("USHER_BUILD", to: "\"\($0)\"")] } ?? []
        ),
        // What of the system Swift can't reach.
        .systemLibrary(name: "CProcess"),
        // Bytes to records: encoding, dialect, quoting, streaming. Knows nothing of Zoom.
        .target(name: "Spreadsheet", dependencies: ["CProcess", "Files"], swiftSettings: settings),
        // Records to decisions: header names, value rules, conflicts, rejected rows.
        .target(name: "Decisions", dependencies: ["Files", "Spreadsheet"], swiftSettings: settings),
        // Jobs, decisions, batches and attempts on SQLite: the only place where state lives.
        .target(
            name: "Journal",
            dependencies: ["CNettle", "Decisions", "Files", "SQLite", "Spreadsheet"],
            swiftSettings: settings
        ),
        // Zoom's API: credentials, requests, and what each answer means.
        .target(
            name: "Zoom",
            dependencies: [
                "Decisions", "Files",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        // Rate limit, retry, daily budgets, scheduling: pure policies, and one actor that drives them.
        .target(
            name: "Sending",
            dependencies: ["Decisions", "Journal", "Randomness", "Zoom"],
            swiftSettings: settings
        ),
        // What people read afterwards: results files, summaries, progress.
        .target(
            name: "Reporting",
            dependencies: ["Decisions", "Files", "Journal", "Sending", "Spreadsheet", "Zoom"],
            swiftSettings: settings
        ),
        // What can be set, and where: flags over variables over one file; profiles of accounts and where their secrets lie.
        .target(
            name: "Settings",
            dependencies: [
                "Decisions", "Files", "Reporting", "Sending", "Zoom", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        // The executable `usher`: one file per command, wiring only.
        .executableTarget(
            name: "Usher",
            dependencies: [
                "CProcess", "CVersion", "Decisions", "Files", "Journal", "Reporting", "Sending", "Settings",
                "Spreadsheet",
                "Zoom",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),

        // Zoom as a plain value: who is registered where, rates, days, refusals. The sandbox and the simulation ask it.
        .target(
            name: "ZoomModel",
            dependencies: ["Randomness"],
            path: "Sources/ZoomSandbox/Model",
            swiftSettings: settings
        ),
        // A faithful imitation of Zoom's endpoints on loopback, for the demo and the tests. Never part of `usher`.
        .target(
            name: "ZoomSandbox",
            dependencies: [
                "Files", "ZoomModel",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/ZoomSandbox/Server",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "ZoomSandboxCommand",
            dependencies: [
                "Files", "ZoomModel", "ZoomSandbox",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/ZoomSandbox/Command",
            swiftSettings: settings
        ),

        // Made-up spreadsheets and what must hold for each: for the tests, and for scripts/fuzz. Never part of `usher`.
        .target(
            name: "SheetFuzzing",
            dependencies: ["Decisions", "Randomness", "Spreadsheet"],
            path: "Tests/SheetFuzzing/Cases",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "sheet-fuzz",
            dependencies: ["SheetFuzzing"],
            path: "Tests/SheetFuzzing/Command",
            swiftSettings: settings
        ),

        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: settings),
        .testTarget(
            name: "SpreadsheetTests",
            dependencies: ["Spreadsheet", "SheetFuzzing", "Randomness"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DecisionsTests",
            dependencies: ["Decisions", "Spreadsheet", "SheetFuzzing", "Randomness"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReportingTests",
            dependencies: [
                "Reporting", "Journal", "Decisions", "Spreadsheet", "Zoom",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Field"],
            swiftSettings: settings
        ),
        .testTarget(name: "SQLiteTests", dependencies: ["SQLite"], swiftSettings: settings),
        // A disk that fails, lags or has no locks, as SQLite sees it; for tests and benchmarks.
        .target(name: "FaultyDisk", dependencies: ["CSQLite"], path: "Tests/FaultyDisk", swiftSettings: settings),
        .testTarget(
            name: "JournalTests",
            dependencies: ["Decisions", "FaultyDisk", "Journal", "SQLite", "Sending", "Spreadsheet"],
            swiftSettings: settings
        ),
        // Thousands of nights in seconds: the real dispatcher and journal in a simulated world. Never part of `usher`.
        .target(
            name: "Simulation",
            dependencies: ["Sending", "Journal", "Zoom", "Spreadsheet", "Decisions", "Randomness", "ZoomModel"],
            path: "Tests/Simulation/Core",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "usher-simulate",
            dependencies: ["Simulation", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Tests/Simulation/Command",
            swiftSettings: settings
        ),

        .testTarget(
            name: "SendingTests",
            dependencies: [
                "Sending", "Journal", "Zoom", "Spreadsheet", "Decisions", "Randomness", "SQLite", "ZoomModel",
                "ZoomSandbox",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Sending", "Simulation", "ZoomModel"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ZoomTests",
            dependencies: [
                "Decisions", "Zoom", "ZoomModel", "ZoomSandbox",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SettingsTests",
            dependencies: ["Decisions", "Sending", "Settings", "Zoom"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "UsherTests",
            dependencies: [
                "Decisions", "Files", "Journal", "Reporting", "Sending", "Settings", "Spreadsheet", "Usher", "Zoom",
                "ZoomModel", "ZoomSandbox",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ZoomSandboxTests",
            dependencies: [
                "ZoomModel", "ZoomSandbox",
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        // The built commands, with real files, HTTP and signals. `ZoomModel` only for the shape of the sandbox's seeds, and
        // `Zoom` for the names of its answers.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Randomness", "Settings", "SQLite", "Zoom", "ZoomModel",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)

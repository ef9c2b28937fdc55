import Foundation

/// What a test may do on this machine that not every machine allows.
enum Privileges {
    /// Whether a file system can be mounted where only the test's own programs see it.
    static let canMount = succeeds("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt")

    /// Whether a program can be run as another user.
    static let canBecomeNobody = succeeds("setpriv", nobody + ["true"])

    /// `setpriv`'s arguments that turn root into a user that owns nothing.
    static let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"]

    private static func succeeds(_ arguments: String...) -> Bool {
        succeeds(arguments[0], Array(arguments.dropFirst()))
    }

    private static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
        guard getuid() == 0 else { return false }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

extension Workplace {
    /// Runs a shell script on the desk, with `usher` in its path and the sandbox's address and token in its environment.
    ///
    /// - Parameter mounting: In a mount namespace of its own, so that what it mounts is gone when it ends.
    func script(_ text: String, to sandbox: Sandbox? = nil, mounting: Bool = false) async throws -> Finished {
        var environment: [String: String?] = [:]
        if let sandbox {
            environment["ZOOM_ACCESS_TOKEN"] = Sandbox.token
            environment["BASE"] = "--base-url \(sandbox.baseURL) --oauth-url \(sandbox.tokenURL)"
        }
        let shell = mounting ? ["unshare", "-m", "bash", "-c", text] : ["bash", "-c", text]
        return try await start(URL(filePath: "/usr/bin/env"), shell, environment: environment).finished()
    }

    /// Lets everybody into the desk, and gives it to a user, as root.
    func giveDesk(to owner: UInt32) throws {
        let manager = FileManager.default
        try manager.setAttributes([.ownerAccountID: owner, .groupOwnerAccountID: owner], ofItemAtPath: directory.path)
        for folder in [directory, directory.deletingLastPathComponent()] {
            try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        }
    }
}

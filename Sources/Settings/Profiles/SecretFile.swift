import Glibc

/// One secret in one file, or in one variable.
enum SecretFile {
    /// The text of the file without the line end at its end; nil where there is no such file.
    ///
    /// - Throws: `ConfigurationError` where others may read or change it, or it holds no single line.
    static func read(_ path: String) throws(ConfigurationError) -> String? {
        let file: SmallFile
        do {
            file = try SmallFile(path)
        } catch {
            switch error {
            case .missing: return nil
            case .unreadable(let reason):
                throw fault(path, "It can't be read (\(reason)). Its owner must be the user who runs Usher.")
            case .tooLarge: throw fault(path, "It is too large for a secret.")
            }
        }
        // systemd makes its copies 0400 or 0440; a group may read, but nobody else, and only the owner may write.
        guard file.mode & 0o007 == 0 else {
            throw fault(path, "Everybody on this machine may read it or more. Run: chmod o= \(path)")
        }
        guard file.mode & 0o020 == 0 else {
            throw fault(path, "Its group may change it. Run: chmod g-w \(path)")
        }
        guard SmallFile.isTrusted(file.owner) else {
            throw fault(
                path,
                "It belongs to another user (number \(file.owner)), who may change it. Run as root: chown \(user) \(path)"
            )
        }
        guard let text = try text(of: file.bytes, in: path) else { throw fault(path, "It is empty.") }
        return text
    }

    /// The text without the line end at its end; nil where nothing is left. It goes into a header, which takes no other
    /// characters: a request with one would be thought broken on its way.
    ///
    /// - Throws: `ConfigurationError` where it is no single word.
    static func text(of bytes: [UInt8], in place: String) throws(ConfigurationError) -> String? {
        var bytes = bytes[...]
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw fault(place, "It must hold the secret alone, on one line, without spaces.")
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Makes sure that nobody else can exchange the files of a directory.
    ///
    /// - Throws: `ConfigurationError`.
    static func check(directory path: String) throws(ConfigurationError) {
        // Where there is none, each file is missing.
        guard let (owner, mode) = SmallFile.directory(path) else { return }
        guard mode & 0o022 == 0 else {
            throw fault(path, "Others may exchange the secrets in this directory. Run: chmod go-w \(path)")
        }
        guard SmallFile.isTrusted(owner) else {
            throw fault(
                path,
                """
                This directory belongs to another user (number \(owner)), who may exchange the secrets in it. Run as root: \
                chown \(user) \(path)
                """
            )
        }
    }

    private static var user: String { String(geteuid()) }

    private static func fault(_ path: String, _ sentence: String) -> ConfigurationError {
        ConfigurationError([.init(path, sentence)])
    }
}

import Files

/// The configuration file, read and checked against the table of settings.
package struct ConfigurationFile: Sendable, Hashable {
    package let path: String
    /// The top-level settings, by name.
    let values: [String: SettingValue]
    /// The entries below settings such as `map`, by the setting and the entry's name.
    let nested: [String: [String: SettingValue]]
    package let profiles: [Profile]
    /// The lists that unattended runs leave in the inbox to decide.
    package let lists: [ConfiguredList]

    /// Where to look for the file if none is named.
    package static let standardPath = "/etc/usher/config.yaml"

    /// The name that means no file at all, not even the standard one.
    package static let none = "/dev/null"

    /// Finds the file: the one named by `--config`, or by the variable, or the standard one if it exists.
    ///
    /// - Returns: Its path; nil if none exists and none was named, or if `none` was.
    package static func find(named flag: String?, variable: String?, standard: String = standardPath) -> String? {
        let path = flag ?? variable ?? (BoundedFile.exists(standard) ? standard : nil)
        return path == none ? nil : path
    }

    /// Reads and checks a file.
    ///
    /// - Throws: `ConfigurationError` with all of its faults.
    package init(path: String) throws(ConfigurationError) {
        do {
            let file = try BoundedFile(path)
            // The file controls where credentials are sent, and where they come from.
            guard file.mode & 0o002 == 0 else {
                throw ConfigurationError([
                    .init(path, "Everybody on this machine may change it. Run: chmod o-w \(path)")
                ])
            }
            guard !BoundedFile.isExchangeable(path) else {
                let directory = Directory.parent(of: path)
                throw ConfigurationError([
                    .init(path, "Everybody on this machine may put another in its place. Run: chmod o-w \(directory)")
                ])
            }
            try self.init(file.bytes, path: path)
        } catch let failure as BoundedFile.Failure {
            let sentence =
                switch failure {
                case .missing: "There is no such file. Make it, or name another with --config."
                case .unreadable(let reason): "It can't be read (\(reason))."
                case .tooLarge: "It is larger than \(BoundedFile.limit >> 20) MiB, so it is not a configuration file."
                }
            throw ConfigurationError([.init(path, sentence)])
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError([.init(path, "It can't be read.")])
        }
    }

    /// Reads and checks the bytes of a file.
    init(_ bytes: [UInt8], path: String) throws(ConfigurationError) {
        var reader = ConfigurationReader(path: path)
        reader.read(try ConfigurationText(bytes, file: path))
        guard reader.faults.isEmpty else { throw ConfigurationError(reader.faults) }
        self.path = path
        values = reader.values
        nested = reader.nested
        profiles = reader.profiles
        lists = reader.lists
    }
}

/// What is wrong with the settings: all faults, not only the first.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// Where: a file with its line, or a variable.
        package let place: String
        /// What is wrong and what to do. Holds no secrets.
        package let sentence: String

        package init(_ place: String, _ sentence: String) {
            self.place = place
            self.sentence = sentence
        }

        package var description: String { "\(place): \(sentence)".onOneLine }
    }

    /// The faults, in the order of the file; at least one.
    package let faults: [Fault]

    package init(_ faults: [Fault]) {
        self.faults = faults
    }

    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

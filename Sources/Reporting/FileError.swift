package import Files
import Glibc

/// A file of results, of figures or with a report that could not be written.
package struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the file was to hold, which decides the advice.
    enum Content: Sendable, Hashable {
        case results, report, figures
    }

    /// The file.
    package let path: String
    /// The operating system's reason.
    package let reason: SystemError
    var content = Content.results

    /// Tells of a file that could not be written, and why.
    package init(path: String, _ reason: SystemError) {
        self.path = path
        self.reason = reason
    }

    /// What to do, without a full stop.
    package var advice: String {
        switch reason.code {
        case ENOSPC, EDQUOT: "Make room on that disk"
        case EACCES, EPERM, EROFS: "Check the permissions of that directory, or name another one"
        case ENOENT, ENOTDIR: "Make that directory, or name another one"
        case EISDIR, ENOTSUP: "Name a file that is or may become an ordinary one"
        case ENAMETOOLONG: "Name a shorter one"
        default: "Check that disk"
        }
    }

    /// What happened, where, and what to do.
    package var description: String {
        let failure = "\(path) could not be written (\(reason))."
        return switch content {
        case .results:
            "\(failure) The journal has everything: \(advice), then run the same command again, or `usher results`."
        case .report:
            "\(failure) The journal has everything: \(advice), then run the same command again, or `usher report`."
        case .figures:
            "\(failure) The run itself is not affected. \(advice) (--metrics-file); the next run writes it."
        }
    }
}

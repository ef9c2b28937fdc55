internal import Glibc

/// An exclusive lock on an open file, as `fcntl(2)` describes open file description locks.
///
/// Its kind was chosen because it can be asked after without being taken: asking never turns a run away that begins at
/// that moment, and the kernel answers in one step, while its list in `/proc/locks` may change as it is read.
public enum FileLock {
    // The C library shows these only to programs that ask for GNU's names; their values are part of the kernel's interface.
    private static let ask: Int32 = 36
    private static let set: Int32 = 37

    /// Takes the lock without waiting.
    ///
    /// - Parameter descriptor: A file that is open for reading and writing. The lock is the opening's: a child that
    ///   inherits it holds it too, and another opening in the same process does not.
    /// - Returns: 0, or the error: `EAGAIN` or `EACCES` where somebody else has it.
    public static func take(_ descriptor: Int32) -> Int32 {
        var request = whole(Int16(F_WRLCK))
        return fcntl(descriptor, set, &request) == 0 ? 0 : errno
    }

    /// Gives the lock back, for every copy of the descriptor.
    static func release(_ descriptor: Int32) {
        var request = whole(Int16(F_UNLCK))
        _ = fcntl(descriptor, set, &request)
    }

    /// Whether the lock is held through another opening of the file; nil where the file system can't tell.
    static func isHeldElsewhere(_ descriptor: Int32) -> Bool? {
        var request = whole(Int16(F_WRLCK))
        guard fcntl(descriptor, ask, &request) == 0 else { return nil }
        return request.l_type != Int16(F_UNLCK)
    }

    private static func whole(_ type: Int16) -> flock {
        var request = flock()
        request.l_type = type
        request.l_whence = Int16(SEEK_SET)
        return request
    }
}

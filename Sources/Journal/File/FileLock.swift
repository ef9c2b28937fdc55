import Glibc

/// An exclusive lock on an open file, as `fcntl(2)` describes open file description locks.
///
/// Its kind was chosen because it can be asked after without being taken: asking never turns a run away that begins at
/// that moment, and the kernel answers in one step, while its list in `/proc/locks` may change as it is read.
package enum FileLock {
    // The C library shows these only to programs that ask for GNU's names; their values are part of the kernel's interface.
    private static let ask: Int32 = 36
    private static let set: Int32 = 37

    /// Takes the lock without waiting.
    ///
    /// - Parameter descriptor: A file that is open for reading and writing. The lock is the opening's: a child that
    ///   inherits it holds it too, and another opening in the same process does not.
    /// - Returns: 0, or the error: `EAGAIN` or `EACCES` where somebody else has it.
    package static func take(_ descriptor: Int32) -> Int32 {
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

    // MARK: The file itself

    /// Beyond every byte that a file has, and that SQLite locks in its own (510 from the first gibibyte on).
    private static let beyondAll = 1 << 62

    /// Takes a lock on bytes beyond the end of a file that holds data, without waiting. There are as many of them as this
    /// process's id says, which so tells others who has them.
    ///
    /// - Returns: 0, or the error: `EAGAIN` or `EACCES` where somebody else has it.
    static func takeBeyondEnd(_ descriptor: Int32) -> Int32 {
        var request = beyondEnd(Int16(F_WRLCK), length: Int(getpid()))
        return fcntl(descriptor, set, &request) == 0 ? 0 : errno
    }

    /// The process that has the lock of `takeBeyondEnd` through another opening; nil where none has.
    static func holderBeyondEnd(_ descriptor: Int32) -> Int32? {
        var request = beyondEnd(Int16(F_WRLCK), length: 1)
        guard fcntl(descriptor, ask, &request) == 0, request.l_type != Int16(F_UNLCK) else { return nil }
        return Int32(exactly: request.l_len)
    }

    private static func beyondEnd(_ type: Int16, length: Int) -> flock {
        var request = whole(type)
        request.l_start = beyondAll
        request.l_len = length
        return request
    }

    private static func whole(_ type: Int16) -> flock {
        var request = flock()
        request.l_type = type
        request.l_whence = Int16(SEEK_SET)
        return request
    }
}

import Glibc

extension JournalReader {
    /// The process that holds the journal for writing; nil where no run is under way.
    package var holder: Int32? {
        let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard FileLock.isHeldElsewhere(descriptor) == true else { return nil }
        return JournalLock.readHolder(descriptor)
    }
}

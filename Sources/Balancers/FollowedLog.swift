import Glibc
import Synchronization

/// Reads a log file along while a balancer writes it.
///
/// A file that is not there yet is looked for again, one that was replaced or cut short is read from its beginning.
/// Anything but a plain file is left alone.
final class FollowedLog: Sendable {
    private let path: String
    private let lines: OutputLines
    private let place = Mutex(Place())

    private struct Place {
        var file: ino_t?
        var offset: off_t = 0
    }

    /// Lines come with the time at which they are read, so this is how exact that is.
    private static let pace = Duration.milliseconds(50)
    /// Most bytes read at once, so that a log that grows without end can't hold anyone up.
    private static let mostAtOnce = 1 << 20

    init(_ path: String, to lines: OutputLines) {
        self.path = path
        self.lines = lines
    }

    /// Reads along until the task is cancelled.
    func follow() async {
        while !Task.isCancelled {
            readOn()
            // No event tells of growth here: inotify would need a thread that waits for it.
            try? await Task.sleep(for: Self.pace)
        }
    }

    /// Reads what was written since the last time.
    func readOn() {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        // Not there yet, or not for us to read: the balancer's standard error says more about that than we could.
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        place.withLock { place in
            if place.file != status.st_ino || status.st_size < place.offset { place.offset = 0 }
            place.file = status.st_ino
            var budget = Self.mostAtOnce
            withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
                while budget > 0 {
                    let count = pread(descriptor, buffer.baseAddress, buffer.count, place.offset)
                    guard count > 0 else { return }
                    lines.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]), from: .log)
                    place.offset += off_t(count)
                    budget -= count
                }
            }
        }
    }
}

import Foundation
import Stickler

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where a report or a history goes: a file, which is replaced as a whole or not at all; a pipe or a device, which is
/// written straight; or standard output.
enum OutputPlace: Hashable, Sendable {
    case standardOutput
    case path(String)

    /// `-` is standard output.
    init(_ text: String) { self = text == "-" ? .standardOutput : .path(text) }

    /// For messages.
    var name: String {
        switch self {
        case .standardOutput: "standard output"
        case .path(let path): path
        }
    }

    /// Tries whether it can be written; leaves neither a file nor a change.
    func check() throws(VerificationError) {
        guard case .path(let path) = self else { return }
        switch Self.kind(of: path) {
        case .directory:
            throw .usage("\(path) can't be written: it is a directory; give the path of a file in it")
        case .regular, .other: guard access(path, W_OK) == 0 else { throw unwritable(errno) }
        case .absent:
            // Permissions alone don't tell: there are read-only mounts, and /proc.
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw unwritable(errno) }
            close(descriptor)
            unlink(path)
        }
    }

    /// Writes it. Where a file can't be replaced, what was there before is removed: it would tell of another run.
    func write(_ data: Data) throws(VerificationError) {
        guard case .path(let path) = self else {
            guard Descriptor.write(data, to: STDOUT_FILENO) else { throw unwritable(errno) }
            return
        }
        switch Self.kind(of: path) {
        case .directory, .other: try writeStraight(data, path, O_WRONLY)
        case .regular, .absent: try replace(Self.target(of: path), data)
        }
    }

    private func replace(_ path: String, _ data: Data) throws(VerificationError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let temporary = "\(folder).\(name).\(UUID().uuidString.prefix(8))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            let reason = errno
            // Its folder may be closed to us, and the file itself open.
            if access(path, W_OK) == 0 { return try writeStraight(data, path, O_WRONLY | O_TRUNC) }
            throw unwritable(reason)
        }
        var old = stat()
        if stat(path, &old) == 0 { fchmod(descriptor, old.st_mode & 0o777) }
        let isWritten = Descriptor.write(data, to: descriptor) && fsync(descriptor) == 0
        let reason = errno
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            let reason = isWritten ? errno : reason
            unlink(temporary)
            unlink(path)
            throw unwritable(reason)
        }
    }

    private func writeStraight(_ data: Data, _ path: String, _ flags: Int32) throws(VerificationError) {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw unwritable(errno) }
        let isWritten = Descriptor.write(data, to: descriptor)
        let reason = errno
        close(descriptor)
        guard isWritten else { throw unwritable(reason) }
    }

    private enum Kind { case absent, regular, directory, other }

    private static func kind(of path: String) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else { return .absent }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .regular
        case S_IFDIR: .directory
        default: .other
        }
    }

    /// Behind a link, so that the link stays one.
    private static func target(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private func unwritable(_ code: Int32) -> VerificationError {
        let remedy =
            code == ENOSPC || code == EDQUOT || code == EFBIG
            ? "make room there, or give another path" : "give a path in a directory that exists and is open to you"
        return .usage("\(name) can't be written: \(String(cString: strerror(code))); \(remedy)")
    }
}

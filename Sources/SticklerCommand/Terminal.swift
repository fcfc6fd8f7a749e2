import Foundation
import Reports
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Standard output and standard error, for people. Nothing reaches them that a peer could steer a terminal with.
enum Terminal {
    case output
    case errors

    /// Prints lines on standard output.
    static func say(_ lines: String) { output.print(TerminalText.printableLines(lines)) }

    /// Prints lines on standard error.
    static func complain(_ lines: String) { errors.print(TerminalText.printableLines(lines)) }

    /// Why something that was said did not arrive, other than a reader that went away; nil when all did.
    static var loss: String? { lost.withLock { $0 }.map { String(cString: strerror($0)) } }

    private static let lost = Mutex<Int32?>(nil)

    /// Whether it is a terminal that shows colors.
    var isColored: Bool {
        isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Whether a line on it can be drawn anew.
    var isInteractive: Bool {
        isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Prints a text that holds nothing of a peer's, or what a report made safe, at once, also into a pipe.
    func print(_ text: String) { write(text + "\n") }

    /// Prints a text of that sort without ending the line.
    func write(_ text: String) {
        guard !Descriptor.write(Array(text.utf8), to: descriptor) else { return }
        let reason = errno
        // A reader that went away wants no more lines.
        if reason != EPIPE { Self.lost.withLock { $0 = $0 ?? reason } }
    }

    private var descriptor: Int32 {
        switch self {
        case .output: STDOUT_FILENO
        case .errors: STDERR_FILENO
        }
    }
}

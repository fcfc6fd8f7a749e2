import Stickler
import Synchronization

/// The line at the foot of a terminal that says what runs and what it waits for.
///
/// Nothing is shown where the output is no terminal: there each line stays for good.
final class ProgressLine: Sendable {
    private let terminal: Terminal
    private let isShown: Bool
    private let total: Int
    private let state = Mutex<(running: [CaseDescription], done: Int)>(([], 0))

    init(on terminal: Terminal, total: Int) {
        self.terminal = terminal
        self.isShown = terminal.isInteractive
        self.total = total
    }

    /// A case begins; one in which our own machine was too busy does so twice.
    func started(_ description: CaseDescription) {
        state.withLock { state in
            state.running.removeAll { $0.id == description.id }
            state.running.append(description)
            draw(state)
        }
    }

    /// A case is done; its line stands above what still runs.
    func finished(_ description: CaseDescription, line: String?) {
        state.withLock { state in
            state.running.removeAll { $0.id == description.id }
            state.done += 1
            if isShown { terminal.write("\r\u{1b}[K") }
            if let line { terminal.print(line) }
            draw(state)
        }
    }

    /// Takes the line away.
    func clear() {
        if isShown { terminal.write("\r\u{1b}[K") }
    }

    private func draw(_ state: (running: [CaseDescription], done: Int)) {
        guard isShown, let first = state.running.first else { return }
        let more = state.running.count > 1 ? " and \(state.running.count - 1) more" : ""
        let awaited = state.running.lazy.compactMap(\.awaits).first.map { ", waiting for \($0)" } ?? ""
        let text = "\(state.done) of \(total) done; running \(first.id)\(more)\(awaited)"
        terminal.write("\r\u{1b}[K\(text.prefix(79))")
    }
}

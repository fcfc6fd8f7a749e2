import Reports
import Stickler
import Synchronization

/// What is seen of a stress run while it runs: on a terminal a block at its foot, drawn anew each second, with the faults
/// above it as they come; elsewhere a plain line every few seconds.
final class LiveView: Sendable {
    /// Seconds from one plain line to the next.
    static let pace = 5.0

    private struct State {
        var before: StressProgress?
        /// Lines of the block that stand on the terminal.
        var height = 0
        /// When the last plain line was written.
        var saidAt = 0.0
    }

    private let terminal: Terminal
    private let text: StressLiveText
    private let state = Mutex(State())

    init(on terminal: Terminal, of scenario: StressScenario) {
        self.terminal = terminal
        text = StressLiveText(plannedSeconds: scenario.seconds)
    }

    /// Shows a second.
    func show(_ progress: StressProgress) {
        state.withLock { state in
            if terminal.isInteractive { draw(progress, &state) } else { say(progress, &state) }
            state.before = progress
        }
    }

    /// Takes the block away.
    func clear() {
        state.withLock { state in
            if state.height > 0 { terminal.write(Self.above(state.height)) }
            state.height = 0
        }
    }

    private func draw(_ progress: StressProgress, _ state: inout State) {
        let events = text.events(from: state.before, to: progress)
        let block = text.block(progress)
        // In one piece, so that no half of it is seen.
        terminal.write(Self.above(state.height) + (events + block).map { "\($0)\n" }.joined())
        state.height = block.count
    }

    private func say(_ progress: StressProgress, _ state: inout State) {
        for event in text.events(from: state.before, to: progress) { terminal.print(event) }
        // A second is told a little after its end.
        guard progress.second.at >= state.saidAt + Self.pace - 0.5 else { return }
        state.saidAt = progress.second.at.rounded()
        terminal.print(text.line(progress))
    }

    /// To the first line of the block, with nothing below it.
    private static func above(_ height: Int) -> String { height > 0 ? "\u{1b}[\(height)A\r\u{1b}[J" : "" }
}

import Clocks
import Synchronization

/// Collects the lines of a balancer until they are asked for; bounded, and it counts what it had to drop.
final class OutputLines: Sendable {
    /// Where lines come from; each source is split on its own.
    enum Source { case output, log }

    private struct State {
        var output = LineSplitter()
        var log = LineSplitter()
        var words = BalancerWords()
        var bytes = 0
        var last: String?

        mutating func feed(_ bytes: UnsafeRawBufferPointer, from source: Source) -> [String] {
            switch source {
            case .output: output.feed(bytes)
            case .log: log.feed(bytes)
            }
        }

        mutating func finish(_ source: Source) -> String? {
            switch source {
            case .output: output.finish()
            case .log: log.finish()
            }
        }

        mutating func add(_ text: String, at time: MonotonicClock.Instant) {
            // nginx writes a line once for each of its logs, and two may be the same one.
            if text == last { return }
            last = text
            guard words.lines.count < BalancerWords.mostLines, bytes + text.utf8.count <= BalancerWords.mostBytes
            else {
                words.dropped += 1
                return
            }
            bytes += text.utf8.count
            words.lines.append(BalancerWords.Line(time: time, text: text))
        }
    }

    private let state = Mutex(State())

    func append(_ bytes: UnsafeRawBufferPointer, from source: Source) {
        let now = MonotonicClock.now
        state.withLock { state in
            for line in state.feed(bytes, from: source) { state.add(line, at: now) }
        }
    }

    /// No more comes from this source: what stands there without a line end is a line too.
    func finish(_ source: Source) {
        let now = MonotonicClock.now
        state.withLock { state in
            if let line = state.finish(source) { state.add(line, at: now) }
        }
    }

    /// The lines since the last call, and how many were dropped.
    func take() -> BalancerWords {
        state.withLock { state in
            defer { (state.words, state.bytes) = (BalancerWords(), 0) }
            return state.words
        }
    }
}

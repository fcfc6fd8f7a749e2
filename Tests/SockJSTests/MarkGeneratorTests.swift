import SockJS
import Testing

@Suite struct `What tells a client's requests apart` {
    /// Draws one number after the other.
    struct Counting: RandomNumberGenerator, Sendable {
        var last: UInt64

        mutating func next() -> UInt64 {
            last &+= 0x9e37_79b9_7f4a_7c15
            return last
        }
    }

    @Test func `does not depend on how often another session of the client drew`() {
        func marks(drawnByOther count: Int) -> ClientRequestMarks {
            var client = MarkGenerator(using: Counting(last: 1))
            var other = client.branch(using: Counting(last: 2))
            for _ in 0..<count { _ = other.next() }
            var session = client.branch(using: Counting(last: 3))
            return session.next()
        }
        #expect(marks(drawnByOther: 0) == marks(drawnByOther: 100))
    }

    @Test func `has names that follow from the session's own draws alone`() {
        func name(after count: Int) -> String {
            var client = MarkGenerator(using: Counting(last: 1))
            for _ in 0..<count { _ = client.next() }
            var session = client.branch(using: Counting(last: 3))
            return session.next().callback
        }
        #expect(name(after: 0) == name(after: 1))
    }

    @Test func `bears the time of one clock, whichever session asks`() {
        var client = MarkGenerator(using: Counting(last: 1))
        var times: [Int64] = []
        for seed in 2...5 {
            var session = client.branch(using: Counting(last: UInt64(seed)))
            times += (0..<5).map { _ in session.next().milliseconds }
        }
        #expect(times == times.sorted())
        #expect(Set(times).count == times.count)
    }
}

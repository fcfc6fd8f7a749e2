import History
import Testing

@testable import Fleet

@Suite("Messages bear their number")
struct NumberedPayloadTests {
    @Test(
        "What is written is read",
        arguments: [
            (1, "hello"), (0, ""), (12, "#13 x"), (7, "\u{301}combining"), (1_000_000, " "), (3, "\u{0}"),
        ])
    func roundTrip(_ number: Int, _ rest: String) {
        #expect(NumberedPayload.number(of: NumberedPayload.text(number, rest)) == number)
    }

    @Test(
        "Other payloads bear none",
        arguments: [
            "", "#", "# 1", "#x", "1 x", " #1 x", "#1x", "#99999999999999999999 x", "\u{fffd}#1 x", "a[\"#1 x\"]",
        ])
    func none(_ payload: String) {
        #expect(NumberedPayload.number(of: payload) == nil)
    }
}

@Suite("A client's randomness is a function of the seed and its name")
struct ClientRandomTests {
    static func draws(_ seed: UInt64, _ name: String) -> [UInt64] {
        var random = ClientRandom(seed: seed, name: name)
        return (0..<8).map { _ in random.next() }
    }

    @Test("The same again, other for others")
    func function() {
        #expect(Self.draws(1, "c1") == Self.draws(1, "c1"))
        #expect(Set(Self.draws(1, "c1")).count == 8)
        let all = (0..<20).flatMap { seed in (0..<20).map { Self.draws(seed, "k1.c\($0)") } }
        #expect(Set(all).count == 400)
    }

    @Test("The generator is SplitMix64, whose first numbers from 0 are known")
    func vectors() {
        // The sequence of the published reference implementation for seed 0.
        #expect(
            Self.draws(0, "").prefix(3) == [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f])
    }
}

@Suite("A failure at the wire is told of as what it was")
struct RequestFailureTests {
    @Test(
        "Kind",
        arguments: [
            (WireErrorSample.connectFailed, RequestFailure.connectFailed), (.exhausted, .exhausted),
            (.closed, .closedEarly), (.timedOut, .timedOut), (.malformed, .malformed), (.tooMuch, .malformed),
            (.cancelled, .closedEarly),
        ])
    func kinds(_ sample: WireErrorSample, _ failure: RequestFailure) {
        #expect(RequestFailure(sample.error) == failure)
    }
}

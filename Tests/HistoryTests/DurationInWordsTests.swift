import Testing

@testable import History

@Suite("Durations as people write them")
struct DurationInWordsTests {
    @Test(
        "Seconds with a tenth where there is one, milliseconds below a second",
        arguments: [
            (.seconds(5), "5 s"), (.milliseconds(1_500), "1.5 s"), (.milliseconds(660), "660 ms"),
            (.milliseconds(4_998), "5 s"), (.microseconds(999_600), "1 s"), (.zero, "0 s"),
            (.nanoseconds(499_999), "0 s"), (.milliseconds(-250), "-250 ms"), (.seconds(-2), "-2 s"),
            (.seconds(3_600), "3600 s"), (.seconds(Int64.max), "9223372036.9 s"),
            (.seconds(Int64.min), "-9223372036.9 s"),
        ] as [(Duration, String)])
    func words(_ duration: Duration, _ words: String) {
        #expect(duration.inWords == words)
    }
}

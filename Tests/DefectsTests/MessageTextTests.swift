import NIOCore
import Testing

@testable import Defects

struct MessageTextTests {
    @Test(
        arguments: [
            (##"a["#12 hello"]"##, ##"a["#12 hellO"]"##), (##"["#12 hello"]"##, ##"["#12 hellO"]"##),
            ("#12 plain", "#12 plaiN"), ("é x é", "é X é"),
            // Of JSON the longest string, and never a word outside of strings or what an escape stands for.
            (##"{"msg":"result","result":"#5 payload"}"##, ##"{"msg":"result","result":"#5 payloaD"}"##),
            (##"a["{\"msg\":\"result\",\"ok\":true}"]"##, ##"a["{\"msg\":\"resulT\",\"ok\":true}"]"##),
            (##"a["b\n\u00e9"]"##, ##"a["B\n\u00e9"]"##), (##"a["\tbc"]"##, ##"a["\tbC"]"##),
            // Without a letter a digit; neither: nothing.
            (##"a["12 34"]"##, ##"a["12 35"]"##), (##"a["é1\"]"##, ##"a["é0\"]"##), (##"a["漢字"]"##, nil), ("", nil),
            (##"a["\n\u00e9"]"##, nil),
        ] as [(String, String?)])
    func `one bit of the last letter of the longest text is flipped`(_ text: String, _ altered: String?) throws {
        for mask in [nil, [1, 0xff, 3, 0x80]] as [[UInt8]?] {
            let frames = WireFrame.text(text, mask: mask)
            let changed = MessageText(frames: ByteBuffer(bytes: frames)).altered()
            #expect(changed.map { Array($0.readableBytesView) } == altered.map { WireFrame.text($0, mask: mask) })
        }
    }

    @Test func `the text goes over the frames of a message, each with a mask of its own`() {
        let frames =
            WireFrame.bytes(1, "#1 he", isFinal: false, mask: [1, 2, 3, 4])
            + WireFrame.bytes(0, "", isFinal: false, mask: [5, 6, 7, 8])
            + WireFrame.bytes(0, "llo", mask: [9, 10, 11, 12])
        let text = MessageText(frames: ByteBuffer(bytes: frames))
        #expect(text.bytes == Array("#1 hello".utf8))
        let replaced = text.replacing(UInt8(ascii: "l"), by: UInt8(ascii: "L"))
        #expect(
            replaced.map { MessageText(frames: $0).bytes } == Array("#1 heLLo".utf8))
        #expect(text.replacing(UInt8(ascii: "x"), by: UInt8(ascii: "y")) == nil)
    }
}

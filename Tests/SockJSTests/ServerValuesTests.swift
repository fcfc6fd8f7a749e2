import Testing

@testable import SockJS

@Suite struct `Values of server answers` {
    // RFC 1321 §A.5.
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"), ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
        (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
    ])
    func `an entity tag is an MD5 digest`(text: String, digest: String) {
        #expect(MD5.hex(of: Array(text.utf8)) == digest)
    }

    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (.min, "Thu, 01 Jan 1970 00:00:00 GMT"), (.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] as [(Int64, String)])
    func `a date is written as HTTP wants it`(seconds: Int64, text: String) {
        #expect(HTTPDate(seconds: seconds).description == text)
    }

    @Test(arguments: [
        ("a=1&b=2", "b", ["2"]), ("a=1&a=%32&a", "a", ["1", "2", ""]), ("d=a+b%2B%zz%", "d", ["a b+%zz%"]),
        ("%64=x", "d", ["x"]), ("d=0123456789%410123456789+0123456%4", "d", ["0123456789A0123456789 0123456%4"]),
        ("d=%ff", "d", ["\u{fffd}"]), ("", "d", []), ("&&=", "", [""]),
    ])
    func `fields of forms are decoded as Node.js does`(text: String, name: StaticString, values: [String]) {
        let found = Array(text.utf8).withUnsafeBytes { FormFields.values(of: name, in: $0) }
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == values)
    }
}

import Foundation
import Testing

@testable import Discovery

@Suite("How a record stands in etcd")
struct RecordTextTests {
    static let keys = EtcdKeys(prefix: "meteor")
    static let endpoint =
        (try? ServiceEndpoint(service: "web", url: "http://10.0.0.1:3000", balancer: "https://lb.example.com"))!
    static let key = "meteor/endpoints/web/253dd351ebe5b9a0970958f58669080f1c3828b0"

    static func read(_ text: String, at key: String = key, limit: Int = 2_048) -> RegistryChange.What {
        RecordText.read(Data(text.utf8), at: key, keys, limit: limit)
    }

    @Test("It is read as it was written")
    func roundTrip() throws {
        #expect(Self.keys.text(Self.endpoint.key) == Self.key)
        let value = try RecordText(Self.endpoint).encoded()
        #expect(
            String(decoding: value, as: UTF8.self)
                == #"{"balancer":"https://lb.example.com","service":"web","url":"http://10.0.0.1:3000"}"#)
        #expect(RecordText.read(value, at: Self.key, Self.keys, limit: 2_048) == .stands(Self.endpoint))
    }

    @Test("A node that left is told so")
    func left() throws {
        let value = try RecordText(Self.endpoint, hasLeft: true).encoded()
        #expect(RecordText.read(value, at: Self.key, Self.keys, limit: 2_048) == .left(Self.endpoint.key))
    }

    @Test("What a later version adds is passed over")
    func added() {
        let text = #"{"service":"web","url":"http://10.0.0.1:3000","balancer":"https://lb.example.com","weight":[1]}"#
        #expect(Self.read(text) == .stands(Self.endpoint))
    }

    static let others = [
        "", "null", "[]", "{}", "{", "\u{0}", #"{"service":"web"}"#, #"{"service":"web","url":7}"#,
        #"{"service":"web","url":"http://10.0.0.1:3000","left":"yes"}"#,
        #"{"service":"","url":"http://10.0.0.1:3000"}"#,
        #"{"service":"web","url":"http://10.0.0.1:3000","balancer":"javascript:alert(1)"}"#,
        #"{"service":"web","url":"http://10.0.0.1:3001"}"#, #"{"service":"search","url":"http://10.0.0.1:3000"}"#,
        String(repeating: "[", count: 2_000), #"{"service":"web","url":"http://10.0.0.1:3000\r\nX: y"}"#,
    ]

    @Test("What is no record of its key is refused, and takes the place of one", arguments: others)
    func refused(_ text: String) {
        guard case .refused(let key, _) = Self.read(text) else {
            Issue.record("read: \(text)")
            return
        }
        #expect(key == Self.endpoint.key)
    }

    @Test("A record has no more bytes than the limit")
    func bounded() throws {
        let value = try RecordText(Self.endpoint).encoded()
        let text = String(decoding: value, as: UTF8.self)
        #expect(Self.read(text, limit: value.count) == .stands(Self.endpoint))
        #expect(
            Self.read(text, limit: value.count - 1)
                == .refused(
                    Self.endpoint.key, .tooLong(key: Self.key, bytes: value.count, limit: value.count - 1)))
    }

    static let hash = "253dd351ebe5b9a0970958f58669080f1c3828b0"
    static let noKeys = [
        "", "meteor/endpoints/", "meteor/endpoints/web", "meteor/endpoints/web/", "meteor/endpoints//\(hash)",
        "meteor/endpoints/web/\(hash)/", "meteor/endpoints/web/\(hash.dropLast())", "meteor/endpoints/web/\(hash)0",
        "meteor/endpoints/web/\(hash.uppercased())", "meteor/endpoints/../\(hash)", "other/endpoints/web/\(hash)",
        "meteor/endpoints/web/a/\(hash)", "meteor/endpoints/\(String(repeating: "a", count: 65))/\(hash)",
    ]

    @Test("Other keys are nobody's", arguments: noKeys)
    func noKey(_ text: String) {
        #expect(Self.keys.key(text) == nil)
        #expect(Self.read("{}", at: text) == .refused(nil, .unreadable(key: text)))
    }
}
